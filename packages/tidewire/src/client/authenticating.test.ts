import { describe, expect, it } from 'vitest'
import { reconnect, redial, startClient } from '../../test/support/client-rig.ts'

describe('authenticating', () => {
  it.each(['required', 'optional'] as const)(
    'sends its token where the server says %s, and is online with the ack',
    async (auth) => {
      const { client, clock, link } = startClient({ token: 't-1' })
      link.greet({ auth })
      expect(client.state).toEqual({ kind: 'authenticating', attempt: 1, connectionId: 'c-1' })
      await clock.advance(0)
      expect(link.takeAll()).toEqual([{ type: 'auth', token: 't-1' }])
      link.tell({ type: 'auth_ack', userId: 'ada' })
      expect(client.state).toEqual({ kind: 'online', connectionId: 'c-1', userId: 'ada' })
    },
  )

  it('keeps its token to itself where the handshake has done it', async () => {
    const { client, clock, link } = startClient({ token: 't-1' })
    link.greet({ auth: 'done', userId: 'ada' })
    await clock.advance(0)
    expect(client.state).toMatchObject({ kind: 'online', userId: 'ada' })
    expect(link.takeAll()).toEqual([])
  })

  it('subscribes and publishes only after the ack', async () => {
    const { client, clock, link } = startClient({ token: 't-1' })
    client.channel('log:a').subscribe(() => undefined)
    void client
      .channel('log:a')
      .publish(1)
      .catch(() => undefined)
    link.greet({ auth: 'required' })
    await clock.advance(0)
    expect(link.takeAll().map(({ type }) => type)).toEqual(['auth'])
    link.tell({ type: 'auth_ack', userId: 'ada' })
    expect(link.takeAll().map(({ type }) => type)).toEqual(['subscribe', 'publish'])
  })

  it('asks the provider anew on every connection', async () => {
    let calls = 0
    const rig = startClient({ token: async () => `t-${++calls}` })
    rig.link.greet({ auth: 'required' })
    await rig.clock.advance(0)
    expect(rig.link.take('auth').token).toBe('t-1')
    rig.link.tell({ type: 'auth_ack', userId: 'ada' })
    rig.link.drop(4005, 'token expired')
    await rig.clock.advance(500)
    rig.link.greet({ auth: 'required' })
    await rig.clock.advance(0)
    expect(rig.link.take('auth').token).toBe('t-2')
  })

  it('tries a refused token once more with a fresh one, then ends', async () => {
    let calls = 0
    const { client, clock, server } = startClient({ token: () => `t-${++calls}` })
    server.link.greet({ auth: 'required' })
    await clock.advance(0)
    server.link.drop(4003, 'token refused')
    expect(client.state).toMatchObject({ kind: 'waiting', closeCode: 4003 })
    await clock.advance(500)
    server.link.greet({ auth: 'required' })
    await clock.advance(0)
    expect(server.link.take('auth').token).toBe('t-2')
    server.link.drop(4003, 'token refused')
    expect(client.state).toEqual({ kind: 'closed', code: 4003, reason: 'token refused' })
  })

  it.each([4003, 4005])('ends after %i when its token is a fixed text', async (code) => {
    const { client, clock, link } = startClient({ token: 't-1' })
    link.greet({ auth: 'required' })
    await clock.advance(0)
    link.drop(code)
    expect(client.state).toMatchObject({ kind: 'closed', code })
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('signed out')
      },
    ],
    ['rejects', () => Promise.reject(new Error('signed out'))],
  ])('reports a provider that %s, and tries again later', async (_how, token) => {
    const { client, clock, link, errors } = startClient({ token })
    link.greet({ auth: 'required' })
    await clock.advance(0)
    expect(errors).toMatchObject([{ code: 'TOKEN_FAILED', cause: { message: 'signed out' } }])
    expect(client.state).toMatchObject({ kind: 'waiting', closeCode: 4004 })
    expect(link.closedWith).toBe(4004)
    expect(link.takeAll()).toEqual([])
  })

  it.each([undefined, null, 42])(
    'takes a provider that gives %s for one that failed',
    async (text) => {
      // What a provider gives is known only to its types, and those may be wrong.
      const token = () => text as unknown as string
      const { client, clock, link, errors } = startClient({ token })
      link.greet({ auth: 'optional' })
      await clock.advance(0)
      expect(errors).toMatchObject([{ code: 'TOKEN_FAILED', cause: { name: 'TypeError' } }])
      expect(client.state).toMatchObject({ kind: 'waiting', closeCode: 4004 })
      expect(link.takeAll()).toEqual([])
    },
  )

  it('gives up on a provider that never answers, and asks it again', async () => {
    let calls = 0
    const { client, clock, server } = startClient({
      token: () => {
        calls += 1
        return new Promise(() => undefined)
      },
    })
    server.link.greet({ auth: 'required' })
    await clock.advance(10_000)
    expect(client.state).toMatchObject({ kind: 'waiting', closeCode: 4010 })
    await clock.advance(500)
    server.link.greet({ auth: 'required' })
    await clock.advance(0)
    expect(calls).toBe(2)
  })

  it('ends where its provider gives an expired token again and again', async () => {
    const rig = startClient({ token: () => 'expired' })
    rig.link.greet({ auth: 'required' })
    await rig.clock.advance(0)
    rig.link.tell({ type: 'auth_ack', userId: 'ada' })
    rig.link.drop(4005, 'token expired')
    for (let refusals = 0; refusals < 2; refusals += 1) {
      const link = await redial(rig)
      link.greet({ auth: 'required' })
      await rig.clock.advance(0)
      expect(link.take('auth').token).toBe('expired')
      link.drop(4003, 'token refused')
    }
    expect(rig.client.state).toMatchObject({ kind: 'closed', code: 4003 })
  })

  it('comes back after 4005 without any token: a cookie may have been renewed', async () => {
    const rig = startClient()
    rig.link.greet({ userId: 'ada' })
    rig.link.drop(4005, 'session expired')
    const link = await redial(rig)
    link.greet({ userId: 'ada' })
    expect(rig.client.state).toMatchObject({ kind: 'online', userId: 'ada' })
    expect(link.takeAll()).toEqual([])
  })

  it('takes a late failure for no failure of another link', async () => {
    const failures: ((cause: Error) => void)[] = []
    const rig = startClient({ token: () => new Promise((_, reject) => failures.push(reject)) })
    rig.link.greet({ auth: 'required' })
    await rig.clock.advance(0)
    await reconnect(rig)
    rig.link.greet({ auth: 'required' })
    failures[0]?.(new Error('late'))
    await rig.clock.advance(0)
    expect(rig.errors).toEqual([])
    expect(rig.link.closedWith).toBeNull()
  })

  it('sends a late token on no other link', async () => {
    const answers: ((token: string) => void)[] = []
    const rig = startClient({ token: () => new Promise((resolve) => answers.push(resolve)) })
    rig.link.greet({ auth: 'required' })
    await rig.clock.advance(0)
    await reconnect(rig)
    answers[0]?.('late')
    await rig.clock.advance(0)
    expect(rig.link.takeAll()).toEqual([])
  })
})
