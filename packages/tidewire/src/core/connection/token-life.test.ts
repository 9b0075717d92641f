import { describe, expect, it } from 'vitest'
import { startEngine } from '../../../test/engine/start-engine.ts'
import type { TokenStrategy } from '../ports/auth.ts'

describe('a token that ends', () => {
  it('is warned of 30 s before, and ends the connection when it was not renewed', async () => {
    const engine = startEngine({ strategies: [expiring(() => engine.clock.now())] })
    const { clock } = engine
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada@60000' })
    await clock.advance(29_999)
    expect(peer.frames.slice(1)).toEqual([
      { type: 'auth_ack', userId: 'ada', expiresAt: 1_060_000 },
    ])
    await clock.advance(1)
    expect(peer.frames.slice(2)).toEqual([{ type: 'auth_expiring', inMs: 30_000 }])
    await clock.advance(29_999)
    expect(peer.closed).toBeNull()
    await clock.advance(1)
    expect(peer.closed).toEqual({ code: 4005, reason: 'token expired' })
  })

  it('goes on when it is renewed in time, and ends with the new one', async () => {
    const engine = startEngine({ strategies: [expiring(() => engine.clock.now())] })
    const { clock } = engine
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada@60000' })
    await clock.advance(50_000)
    peer.send({ type: 'auth', token: 'ada@60000', id: 2 })
    await clock.advance(29_999)
    expect(peer.frames.slice(3)).toEqual([
      { type: 'auth_ack', id: 2, userId: 'ada', expiresAt: 1_110_000 },
    ])
    await clock.advance(1)
    expect(peer.frames.at(-1)).toEqual({ type: 'auth_expiring', inMs: 30_000 })
    await clock.advance(30_000)
    expect(peer.closed?.code).toBe(4005)
  })

  it('stays in force when a renewal is refused', async () => {
    const engine = startEngine({ strategies: [expiring(() => engine.clock.now())] })
    const { clock } = engine
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada@60000' })
    await clock.advance(10_000)
    peer.send({ type: 'auth', token: 'bad', id: 'r' })
    await clock.advance(0)
    expect(peer.frames.at(-1)).toMatchObject({ type: 'error', id: 'r', code: 'INVALID_TOKEN' })
    await clock.advance(49_999)
    expect(peer.closed).toBeNull()
    await clock.advance(1)
    expect(peer.closed?.code).toBe(4005)
  })

  it('ends at once when it has ended already', async () => {
    const engine = startEngine({ strategies: [expiring(() => engine.clock.now())] })
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada@-5' })
    await engine.clock.advance(0)
    expect(peer.closed?.code).toBe(4005)
    await engine.clock.advance(0)
    expect(engine.clock.pendingTimers).toBe(0)
  })

  it('leaves no timer behind when its connection ends first', async () => {
    const engine = startEngine({ strategies: [expiring(() => engine.clock.now())] })
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada@60000' })
    await engine.clock.advance(0)
    peer.close()
    await engine.clock.advance(0)
    expect(engine.clock.pendingTimers).toBe(0)
  })
})

describe('a renewal', () => {
  const channels = {
    'members:{id}': { history: { size: 10 } },
    'open:{id}': { subscribe: 'anyone', history: { size: 10 } },
  } as const

  it('leaves subscriptions that are still allowed undisturbed', async () => {
    const { clock, hub, connect } = startEngine({ channels })
    const peer = connect()
    peer.send({ type: 'auth', token: 'ada' })
    peer.send({ type: 'subscribe', id: 1, channel: 'members:1' })
    await clock.advance(0)
    peer.send({ type: 'auth', token: 'ada', id: 2 })
    await hub.publish('members:1', 'news')
    await clock.advance(0)
    expect(
      peer.frames
        .slice(2)
        .map(({ type }) => type)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['ack', 'auth_ack', 'message'])
  })
})

/** Accepts `name@ms`: a token that ends so many ms from now. */
function expiring(now: () => number): TokenStrategy {
  return {
    name: 'expiring',
    verifyToken(token) {
      const [userId = '', leftMs] = token.split('@')
      if (userId === 'bad') return { kind: 'refused' }
      const expiresAt = now() + Number(leftMs)
      return { kind: 'accepted', identity: { userId, ...(leftMs !== undefined && { expiresAt }) } }
    },
  }
}
