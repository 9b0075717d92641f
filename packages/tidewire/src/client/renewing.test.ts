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
