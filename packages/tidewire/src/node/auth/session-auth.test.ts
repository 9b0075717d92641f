import { beforeEach, describe, expect, it } from 'vitest'
import { type AuthSurroundings, authSurroundings } from '../../../test/support/auth-surroundings.ts'
import { bareRequest } from '../../../test/support/bare-request.ts'
import type { Accepted, AuthOutcome, OnCredentialEnd } from '../../core/ports/auth.ts'
import type { ConnectMiddleware } from './connect-middleware.ts'
import { type SessionAuthOptions, sessionAuth } from './session-auth.ts'
import type { SessionStore } from './session-store.ts'

const recheckMs = 30_000
const absent = { kind: 'absent' }

let surroundings: AuthSurroundings
let store: FakeStore
beforeEach(() => {
  surroundings = authSurroundings()
  store = new FakeStore()
})

describe('a session', () => {
  it('is the user that identify says, until its cookie expires', async () => {
    const expiresAt = surroundings.clock.now() + 60_000
    store.put('s1', { name: 'ada', role: 'admin' }, expiresAt)
    expect(await verify()).toMatchObject({
      kind: 'accepted',
      identity: { userId: 'ada', claims: { role: 'admin' }, sessionId: 's1', expiresAt },
    })
  })

  it('of the browser, whose cookie says no end, has none', async () => {
    store.put('s1', { name: 'ada' })
    expect(await verify()).toMatchObject({ identity: { expiresAt: undefined, sessionId: 's1' } })
  })

  it('that is prolonged while it is used has no end known beforehand', async () => {
    store.put('s1', { name: 'ada' }, surroundings.clock.now() + 60_000)
    expect(await verify({ isRolling: true })).toMatchObject({ identity: { expiresAt: undefined } })
  })

  it('may end sooner, or be named otherwise, when identify says so', async () => {
    store.put('s1', { name: 'ada' }, surroundings.clock.now() + 60_000)
    const identify = () => ({ userId: 'ada', expiresAt: 7_000_000, sessionId: 'mine' })
    const outcome = await verify({ identify })
    expect(outcome).toMatchObject({ identity: { expiresAt: 7_000_000, sessionId: 'mine' } })
  })

  it.each([
    ['nobody has signed in to', {}],
    ['has expired', { name: 'ada' }, -1],
    ['expires now', { name: 'ada' }, 0],
  ])('that %s is left to the next strategy', async (_, contents, endsInMs?: number) => {
    const { clock } = surroundings
    store.put('s1', contents, endsInMs === undefined ? undefined : clock.now() + endsInMs)
    expect(await verify()).toEqual(absent)
  })

  it.each([undefined, null])('that is %j is none', async (session) => {
    const middleware: ConnectMiddleware = (request, _response, next) => {
      Object.assign(request, { session, sessionID: 's1', sessionStore: store })
      next()
    }
    expect(await verify({ middleware })).toEqual(absent)
  })

  it('that is destroyed while identify looks its user up is none', async () => {
    store.put('s1', { name: 'ada' })
    const outcome = await verify({
      async identify() {
        store.destroy('s1')
        return { userId: 'ada' }
      },
    })
    expect(outcome).toEqual(absent)
  })

  it('that is another one and is destroyed meanwhile makes no difference', async () => {
    store.put('s1', { name: 'ada' })
    const outcome = await verify({
      async identify() {
        store.destroy('s2')
        return { userId: 'ada' }
      },
    })
    expect(outcome).toMatchObject({ kind: 'accepted' })
  })
})

describe('middleware', () => {
  it('gets a response that sends nothing', async () => {
    store.put('s1', { name: 'ada' })
    const middleware: ConnectMiddleware = (request, response, next) => {
      response.setHeader('Set-Cookie', 'a=b')
      response.write('something')
      attach(request, store)
      next()
    }
    expect(await verify({ middleware })).toMatchObject({ kind: 'accepted' })
  })

  it('that answers the request itself refuses it', async () => {
    const middleware: ConnectMiddleware = (_request, response) =>
      response.writeHead(429).end('too many')
    expect(await verify({ middleware })).toEqual({ kind: 'refused' })
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
    await expect(verify({ middleware })).rejects.toThrow('store down')
  })

  it('that has no store ends nothing, and its cookie and identify say the end', async () => {
    const cookie = { expires: new Date(surroundings.clock.now() + 5_000) }
    const middleware: ConnectMiddleware = (request, _response, next) => {
      Object.assign(request, { session: { name: 'ada', cookie } })
      next()
    }
    const { clock } = surroundings
    const outcome = await verify({ middleware })
    expect(outcome).toMatchObject({ identity: { userId: 'ada', expiresAt: clock.now() + 5_000 } })
    expect(outcome).not.toHaveProperty('watch')
  })
})

describe('a connection ends with its session', () => {
  it('at once when this process destroys it', async () => {
    const ended = await watched()
    store.destroy('s2')
    expect(ended).toEqual([])
    store.destroy('s1')
    expect(ended).toEqual(['revoked'])
  })

  it('at once when all sessions are cleared', async () => {
    const ended = await watched()
    store.clear()
    expect(ended).toEqual(['revoked'])
  })

  it('within recheckMs when it is gone elsewhere', async () => {
    const ended = await watched()
    store.sessions.clear()
    await surroundings.clock.advance(recheckMs / 2 - 1)
    expect(ended).toEqual([])
    await surroundings.clock.advance(recheckMs / 2 + 1)
    expect(ended).toEqual(['revoked'])
  })

  it('when nobody is signed in to it any more', async () => {
    const ended = await watched()
    store.put('s1', {})
    await surroundings.clock.advance(recheckMs)
    expect(ended).toEqual(['revoked'])
  })

  it('when somebody else is', async () => {
    const ended = await watched()
    store.put('s1', { name: 'grace' })
    await surroundings.clock.advance(recheckMs)
    expect(ended).toEqual(['revoked'])
  })

  it('when it says something else of its user: then it is outdated', async () => {
    const ended = await watched()
    store.put('s1', { name: 'ada', role: 'nobody' })
    await surroundings.clock.advance(recheckMs)
    expect(ended).toEqual(['outdated'])
  })

  it('when a store that keeps what has expired still has it', async () => {
    const ended = await watched({ isRolling: true })
    store.put('s1', { name: 'ada', role: 'admin' }, surroundings.clock.now() + 1_000)
    await surroundings.clock.advance(recheckMs)
    expect(ended).toEqual(['revoked'])
  })

  it('and not while it is as it was', async () => {
    const ended = await watched()
    await surroundings.clock.advance(10 * recheckMs)
    expect(ended).toEqual([])
    expect(store.reads).toBeGreaterThanOrEqual(10)
  })

  it('and not before its time because the store lets go of what has expired', async () => {
    const expiresAt = surroundings.clock.now() + 10_000
    const ended = await watched({}, expiresAt)
    await surroundings.clock.advance(10_000)
    store.destroy('s1')
    await surroundings.clock.advance(10 * recheckMs)
    expect(ended).toEqual([])
  })

  it('once, however often it ends', async () => {
    const ended = await watched()
    store.destroy('s1')
    store.destroy('s1')
    await surroundings.clock.advance(recheckMs)
    expect(ended).toEqual(['revoked'])
    expect(surroundings.clock.pendingTimers).toBe(0)
  })
})

describe('a store that fails', () => {
  it.each<[string, FakeStore['onGet']]>([
    ['with an error', (done) => done(new Error('down: s1'))],
    [
      'by throwing',
      () => {
        throw new Error('down: s1')
      },
    ],
    ['by never answering', () => undefined],
  ])('%s ends nothing, is logged once, and the watch goes on', async (_, onGet) => {
    const ended = await watched({}, undefined, 'session-with-a-long-id')
    store.onGet = onGet
    await surroundings.clock.advance(10 * recheckMs)
    expect(ended).toEqual([])
    expect(surroundings.lines.filter((line) => line.startsWith('error'))).toHaveLength(1)
    store.onGet = null
    store.sessions.clear()
    await surroundings.clock.advance(2 * recheckMs)
    expect(ended).toEqual(['revoked'])
    expect(surroundings.lines.at(-1)).toContain('can be looked at again')
  })

  it('ends nothing when it is identify that fails', async () => {
    let isBroken = false
    const ended = await watched({
      identify(session) {
        if (isBroken) throw new Error('the database is down')
        return identify(session)
      },
    })
    isBroken = true
    await surroundings.clock.advance(2 * recheckMs)
    expect(ended).toEqual([])
    expect(surroundings.lines.join()).toContain('the database is down')
  })

  it('has the id of no session in the log', async () => {
    const id = 'session-id-that-nobody-may-read'
    await watched({}, undefined, id)
    store.onGet = (done) => done(new Error(`GET sess:${id} failed`))
    await surroundings.clock.advance(recheckMs)
    expect(surroundings.lines.join()).toContain('GET sess:[redacted] failed')
    expect(surroundings.lines.join()).not.toContain(id)
  })
})

describe('what a watch costs', () => {
  it('is one look a session, whatever it has in connections', async () => {
    const strategy = sessionAuth(options())
    store.put('s1', { name: 'ada' })
    const ended: unknown[] = []
    for (let count = 0; count < 100; count += 1) {
      const outcome = await strategy.verifyRequest(bareRequest(), surroundings.context)
      accepted(outcome).watch?.((why) => ended.push(why))
    }
    const reads = store.reads
    await surroundings.clock.advance(recheckMs)
    expect(store.reads - reads).toBeLessThanOrEqual(2)
    store.destroy('s1')
    expect(ended).toHaveLength(100)
  })

  it('is nothing once it was stopped, also twice', async () => {
    store.put('s1', { name: 'ada' })
    const outcome = accepted(await verify())
    const ended: unknown[] = []
    const stop = outcome.watch?.((why) => ended.push(why))
    stop?.()
    stop?.()
    store.destroy('s1')
    await surroundings.clock.advance(10 * recheckMs)
    expect(ended).toEqual([])
    expect(surroundings.clock.pendingTimers).toBe(0)
  })

  it('is nothing when it is stopped during a look', async () => {
    store.put('s1', { name: 'ada' })
    const stop = accepted(await verify()).watch?.(() => undefined)
    store.onGet = () => stop?.()
    await surroundings.clock.advance(3 * recheckMs)
    expect(surroundings.clock.pendingTimers).toBe(0)
  })

  it('does not spare who comes while others end', async () => {
    store.put('s1', { name: 'ada' })
    const strategy = sessionAuth(options())
    const watch = async (onEnd: OnCredentialEnd) =>
      accepted(await strategy.verifyRequest(bareRequest(), surroundings.context)).watch?.(onEnd)
    const ended: string[] = []
    await watch(() => ended.push('first'))
    await watch(() => ended.push('second'))
    store.destroy('s1')
    store.put('s1', { name: 'ada' })
    await watch(() => ended.push('third'))
    store.destroy('s1')
    expect(ended).toEqual(['first', 'second', 'third'])
  })
})

it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('recheckMs %d is a TypeError', (ms) => {
  expect(() => sessionAuth({ ...options(), recheckMs: ms })).toThrow(TypeError)
})

it('is a credential that browsers send by themselves', () => {
  expect(sessionAuth(options()).isAmbient).toBe(true)
})

interface Contents {
  readonly name?: string
  readonly role?: string
}

/** Keeps sessions as text, as real stores do. */
class FakeStore implements SessionStore {
  readonly sessions = new Map<string, string>()
  onGet: ((done: (error: unknown) => void) => unknown) | null = null
  reads = 0

  put(id: string, contents: Contents, expiresAt?: number): void {
    const expires = expiresAt === undefined ? null : new Date(expiresAt)
    this.sessions.set(id, JSON.stringify({ ...contents, cookie: { expires } }))
  }

  get(id: string, callback: (error: unknown, session?: unknown) => void): void {
    this.reads += 1
    if (this.onGet !== null) {
      this.onGet(callback)
      return
    }
    const text = this.sessions.get(id)
    callback(null, text === undefined ? undefined : JSON.parse(text))
  }

  destroy(id: string, callback?: () => void): void {
    this.sessions.delete(id)
    callback?.()
  }

  clear(callback?: () => void): void {
    this.sessions.clear()
    callback?.()
  }
}

function identify({ name, role }: Contents) {
  return name === undefined ? null : { userId: name, claims: { role } }
}

function attach(request: object, from: FakeStore, id = 's1'): void {
  const session = JSON.parse(from.sessions.get(id) ?? '{}')
  Object.assign(request, { session, sessionID: id, sessionStore: from })
}

function options(id?: string): SessionAuthOptions<Contents> {
  const middleware: ConnectMiddleware = (request, _response, next) => {
    attach(request, store, id)
    next()
  }
  return { middleware, identify, recheckMs }
}

function verify(others: Partial<SessionAuthOptions<Contents>> = {}, id?: string) {
  const strategy = sessionAuth({ ...options(id), ...others })
  return strategy.verifyRequest(bareRequest(), surroundings.context)
}

function accepted(outcome: AuthOutcome): Accepted {
  if (outcome.kind !== 'accepted') throw new Error(`the session is ${outcome.kind}`)
  return outcome
}

/** Why the connection of a session that is watched over ended. */
async function watched(
  others: Partial<SessionAuthOptions<Contents>> = {},
  expiresAt?: number,
  id = 's1',
): Promise<readonly unknown[]> {
  store.put(id, { name: 'ada', role: 'admin' }, expiresAt)
  const ended: unknown[] = []
  accepted(await verify(others, id)).watch?.((why) => ended.push(why))
  return ended
}
