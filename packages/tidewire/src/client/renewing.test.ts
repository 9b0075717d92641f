import { describe, expect, it } from 'vitest'
import { type ClientRig, startClient } from '../../test/support/client-rig.ts'
import type { ClientOptions } from './client-options.ts'

/** Signs in with the first token; half of the time that was left to renew it is over. */
async function startExpiring(token: ClientOptions['token']): Promise<ClientRig> {
  const rig = startClient({ token })
  rig.link.greet({ auth: 'required' })
  await rig.clock.advance(0)
  rig.link.take('auth')
  rig.link.tell({ type: 'auth_ack', userId: 'ada', expiresAt: 30_000 })
  rig.link.tell({ type: 'auth_expiring', inMs: 20_000 })
  await rig.clock.advance(9_999)
  expect(rig.link.takeAll()).toEqual([])
  await rig.clock.advance(1)
  return rig
}

describe('P-013 a token that is about to expire', () => {
  it('is renewed on the live connection, unnoticed', async () => {
    let calls = 0
    const { client, link, states, errors } = await startExpiring(async () => `t-${++calls}`)
    expect(link.takeAll()).toEqual([{ type: 'auth', token: 't-2' }])
    const before = client.state
    link.tell({ type: 'auth_ack', userId: 'ada', expiresAt: 60_000 })
    expect(client.state).toBe(before)
    expect(states.map(({ kind }) => kind)).toEqual(['authenticating', 'online'])
    expect(errors).toEqual([])
  })

  it('is left alone when it is a fixed text: the same one would expire again', async () => {
    const { link } = await startExpiring('t-1')
    expect(link.takeAll()).toEqual([])
  })

  it('tells an error when the server refuses the new one, and goes on with the old', async () => {
    const { client, link, errors } = await startExpiring(() => 'nonsense')
    link.tell({ type: 'error', code: 'INVALID_TOKEN', message: 'the token was refused' })
    expect(errors).toMatchObject([{ code: 'INVALID_TOKEN' }])
    expect(client.state.kind).toBe('online')
  })

  it('tells an error when its provider throws, and goes on with the old', async () => {
    let calls = 0
    const { client, link, errors } = await startExpiring(() => {
      calls += 1
      if (calls > 1) throw new Error('signed out')
      return 't-1'
    })
    expect(errors).toMatchObject([{ code: 'TOKEN_FAILED', cause: { message: 'signed out' } }])
    expect(client.state.kind).toBe('online')
    expect(link.closedWith).toBeNull()
    expect(link.takeAll()).toEqual([])
  })

  it('is not waited for when its provider never answers: the server ends the connection', async () => {
    let calls = 0
    const rig = await startExpiring(() => {
      calls += 1
      return calls === 1 ? 't-1' : new Promise(() => undefined)
    })
    await rig.clock.advance(10_000)
    expect(rig.client.state.kind).toBe('online')
    rig.link.drop(4005, 'token expired')
    await rig.clock.advance(500)
    rig.link.greet({ auth: 'required' })
    await rig.clock.advance(0)
    expect(calls).toBe(3)
  })

  it('is asked for less and less often when the same one comes again, and not after its end', async () => {
    let calls = 0
    const rig = await startExpiring(() => {
      calls += 1
      return 'the same'
    })
    const expiresAt = rig.clock.now() + 10_000
    for (let leftMs = 10_000; leftMs > 0; leftMs = expiresAt - rig.clock.now()) {
      rig.link.tell({ type: 'auth_ack', userId: 'ada' }, { type: 'auth_expiring', inMs: leftMs })
      await rig.clock.advance(Math.max(1, leftMs / 2))
    }
    expect(calls).toBeLessThan(20)
  })

  it('was the one of a cookie: without a token option there is nothing to renew it with', async () => {
    const { clock, link, client } = startClient()
    link.greet({ auth: 'done', userId: 'ada' })
    link.tell({ type: 'auth_expiring', inMs: 20_000 })
    await clock.advance(20_000)
    expect(link.takeAll()).toEqual([])
    expect(client.state.kind).toBe('online')
  })

  it('was the one of the handshake: the provider gives the next', async () => {
    const { clock, link, client } = startClient({ token: () => 't-1' })
    link.greet({ auth: 'done', userId: 'ada' })
    link.tell({ type: 'auth_expiring', inMs: 20_000 })
    await clock.advance(10_000)
    expect(link.takeAll()).toEqual([{ type: 'auth', token: 't-1' }])
    expect(client.state.kind).toBe('online')
  })

  it('is renewed once for several warnings', async () => {
    const { clock, link } = await startExpiring(() => 't')
    link.take('auth')
    link.tell({ type: 'auth_expiring', inMs: 8_000 }, { type: 'auth_expiring', inMs: 8_000 })
    await clock.advance(4_000)
    expect(link.takeAll()).toHaveLength(1)
  })

  it('leaves no timer behind when the client is disposed before', async () => {
    const { client, clock, link } = await startExpiring(() => 't')
    link.tell({ type: 'auth_expiring', inMs: 8_000 })
    client.dispose()
    expect(clock.pendingTimers).toBe(0)
  })

  it('is not renewed on another connection than the one that asked', async () => {
    const answers: ((token: string) => void)[] = []
    let calls = 0
    const rig = await startExpiring(() => {
      calls += 1
      return calls === 1 ? 't-1' : new Promise((resolve) => answers.push(resolve))
    })
    rig.link.drop()
    await rig.clock.advance(500)
    rig.link.greet({ auth: 'done', userId: 'ada' })
    answers[0]?.('late')
    await rig.clock.advance(0)
    expect(rig.link.takeAll()).toEqual([])
  })
})
