import { beforeEach, describe, expect, it } from 'vitest'
import { SessionRig } from '../../../test/support/session-rig.ts'
import type { ConnectMiddleware } from './connect-middleware.ts'
import { sessionAuth } from './session-auth.ts'

const absent = { kind: 'absent' }

let rig: SessionRig
beforeEach(() => {
  rig = new SessionRig()
})

describe('a session', () => {
  it('is the user that identify says, until its cookie expires', async () => {
    const expiresAt = rig.surroundings.clock.now() + 60_000
    rig.store.put('s1', { name: 'ada', role: 'admin' }, expiresAt)
    expect(await rig.verify()).toMatchObject({
      kind: 'accepted',
      identity: { userId: 'ada', claims: { role: 'admin' }, sessionId: 's1', expiresAt },
    })
  })

  it('of the browser, whose cookie says no end, has none', async () => {
    rig.store.put('s1', { name: 'ada' })
    expect(await rig.verify()).toMatchObject({
      identity: { expiresAt: undefined, sessionId: 's1' },
    })
  })

  it('that is prolonged while it is used has no end known beforehand', async () => {
    rig.store.put('s1', { name: 'ada' }, rig.surroundings.clock.now() + 60_000)
    expect(await rig.verify({ isRolling: true })).toMatchObject({
      identity: { expiresAt: undefined },
    })
  })

  it('may end sooner, or be named otherwise, when identify says so', async () => {
    rig.store.put('s1', { name: 'ada' }, rig.surroundings.clock.now() + 60_000)
    const identify = () => ({ userId: 'ada', expiresAt: 7_000_000, sessionId: 'mine' })
    const outcome = await rig.verify({ identify })
    expect(outcome).toMatchObject({ identity: { expiresAt: 7_000_000, sessionId: 'mine' } })
  })

  it.each([
    ['nobody has signed in to', {}],
    ['has expired', { name: 'ada' }, -1],
    ['expires now', { name: 'ada' }, 0],
  ])('that %s is left to the next strategy', async (_, contents, endsInMs?: number) => {
    const { clock } = rig.surroundings
    rig.store.put('s1', contents, endsInMs === undefined ? undefined : clock.now() + endsInMs)
    expect(await rig.verify()).toEqual(absent)
  })

  it.each([undefined, null])('that is %j is none', async (session) => {
    const middleware: ConnectMiddleware = (request, _response, next) => {
      Object.assign(request, { session, sessionID: 's1', sessionStore: rig.store })
      next()
    }
    expect(await rig.verify({ middleware })).toEqual(absent)
  })

  it('that is destroyed while identify looks its user up is none', async () => {
    rig.store.put('s1', { name: 'ada' })
    const outcome = await rig.verify({
      async identify() {
        rig.store.destroy('s1')
        return { userId: 'ada' }
      },
    })
    expect(outcome).toEqual(absent)
  })

  it('that is another one and is destroyed meanwhile makes no difference', async () => {
    rig.store.put('s1', { name: 'ada' })
    const outcome = await rig.verify({
      async identify() {
        rig.store.destroy('s2')
        return { userId: 'ada' }
      },
    })
    expect(outcome).toMatchObject({ kind: 'accepted' })
  })
})

describe('middleware', () => {
  it('gets a response that sends nothing', async () => {
    rig.store.put('s1', { name: 'ada' })
    const middleware: ConnectMiddleware = (request, response, next) => {
      response.setHeader('Set-Cookie', 'a=b')
      response.write('something')
      rig.attach(request)
      next()
    }
    expect(await rig.verify({ middleware })).toMatchObject({ kind: 'accepted' })
  })

  it('that answers the request itself refuses it', async () => {
    const middleware: ConnectMiddleware = (_request, response) =>
      response.writeHead(429).end('too many')
    expect(await rig.verify({ middleware })).toEqual({ kind: 'refused' })
  })

  it.each<[string, ConnectMiddleware]>([
    ['gives an error to next', (_request, _response, next) => next(new Error('store down'))],
    [
      'throws',
      () => {
        throw new Error('store down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('store down'))],
  ])('that %s has failed', async (_, middleware) => {
    await expect(rig.verify({ middleware })).rejects.toThrow('store down')
  })

  it('that has no store ends nothing, and its cookie and identify say the end', async () => {
    const cookie = { expires: new Date(rig.surroundings.clock.now() + 5_000) }
    const middleware: ConnectMiddleware = (request, _response, next) => {
      Object.assign(request, { session: { name: 'ada', cookie } })
      next()
    }
    const { clock } = rig.surroundings
    const outcome = await rig.verify({ middleware })
    expect(outcome).toMatchObject({ identity: { userId: 'ada', expiresAt: clock.now() + 5_000 } })
    expect(outcome).not.toHaveProperty('watch')
  })
})

it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('recheckMs %d is a TypeError', (ms) => {
  expect(() => sessionAuth({ ...rig.options(), recheckMs: ms })).toThrow(TypeError)
})

it('is a credential that browsers send by themselves', () => {
  expect(sessionAuth(rig.options()).isAmbient).toBe(true)
})
