import { describe, expect, test } from 'vitest'
import type { MemoryPeer } from '../../src/testing/memory-link.ts'
import { startEngine } from '../engine/start-engine.ts'
import { tooMuch } from '../support/too-much.ts'
import { VirtualHub, VirtualLink } from '../support/virtual-hub.ts'

const heartbeat = { type: 'heartbeat' } as const

/** PROTOCOL.md P-060, on virtual time: to the millisecond. */
describe('sending too much, by the clock', () => {
  test('P-060 a frame that comes after retryAfterMs is handled, one that comes before is not', async () => {
    const { connect, clock } = startEngine()
    const peer = connect()
    peer.take()
    for (let sent = 0; sent < 200; sent += 1) peer.send(heartbeat)
    expect(peer.take()).toHaveLength(200)
    peer.send(heartbeat)
    expect(peer.take()).toEqual([{ ...tooMuch, retryAfterMs: 10 }])
    // The link rests, and what is sent meanwhile waits in the network.
    await clock.advance(100)
    for (let sent = 0; sent < 10; sent += 1) peer.send(heartbeat)
    expect(peer.take()).toHaveLength(10)
    await clock.advance(9)
    peer.send(heartbeat)
    expect(peer.take()).toEqual([{ ...tooMuch, retryAfterMs: 1 }])
  })

  test('P-060 the link rests for 100 ms after a refusal, and not for longer', async () => {
    const { connect, clock } = startEngine({ limits: { frameBurst: 1 } })
    const peer = connect()
    for (let sent = 0; sent < 3; sent += 1) peer.send(heartbeat)
    expect(peer.isPaused).toBe(true)
    await clock.advance(99)
    expect(peer.isPaused).toBe(true)
    await clock.advance(1)
    expect(peer.isPaused).toBe(false)
  })

  test('P-060 a connection that ends while its link rests leaves no timer behind', async () => {
    const { connect, clock } = startEngine({ limits: { frameBurst: 1 } })
    const peer = connect()
    for (let sent = 0; sent < 3; sent += 1) peer.send(heartbeat)
    peer.close()
    await clock.advance(100)
    expect(clock.pendingTimers).toBe(0)
  })

  test('P-060 over the rate for 10 s without a pause: 4008', async () => {
    const { connect, clock, hub } = startEngine({ limits: { frameBurst: 1, framesPerSecond: 1 } })
    const peer = connect()
    const other = connect()
    peer.send([heartbeat, heartbeat])
    for (let elapsedMs = 0; elapsedMs < 10_000; elapsedMs += 500) {
      expect(peer.closed).toBeNull()
      await clock.advance(500)
      peer.send([heartbeat, heartbeat])
    }
    await clock.advance(0)
    expect(peer.closed).toMatchObject({ code: 4008 })
    expect(hub.counters.closed.rateLimited).toBe(1)
    expect(other.closed).toBeNull()
    expect(hub.connectionCount).toBe(1)
  })

  test('P-060 a second without a refusal is a pause', async () => {
    const { connect, clock } = startEngine({ limits: { frameBurst: 1, framesPerSecond: 1 } })
    const peer = connect()
    for (let round = 0; round < 60; round += 1) {
      peer.send([heartbeat, heartbeat])
      await clock.advance(1_000)
    }
    expect(peer.closed).toBeNull()
  })

  test('P-060 a refusal never takes the id of a request that is still open', async () => {
    const { connect } = startEngine({
      limits: { frameBurst: 1 },
      methods: { wait: { access: 'anyone', handle: () => new Promise(() => undefined) } },
    })
    const peer = connect()
    peer.take()
    peer.send({ type: 'call', id: 1, method: 'wait' })
    peer.send({ type: 'call', id: 1, method: 'wait' })
    expect(peer.take()).toEqual([tooMuch])
  })

  test('P-060 a token is renewed by a client that sends too much, though not as often as it likes', async () => {
    const { connect, clock } = startEngine({ limits: { frameBurst: 2 } })
    const peer = connect()
    await ask(peer, { type: 'auth', token: 'ada' })
    expect(await ask(peer, [heartbeat, heartbeat])).toMatchObject([{}, { code: 'RATE_LIMITED' }])
    await clock.advance(101)
    peer.send([heartbeat, heartbeat, heartbeat])
    const renew = (id: number) => ({ type: 'auth', id, token: 'ada' }) as const
    await clock.advance(100)
    peer.take()
    peer.send([heartbeat, heartbeat, heartbeat, renew(1), renew(2)])
    await clock.advance(0)
    expect(peer.take()).toContainEqual({ type: 'auth_ack', id: 1, userId: 'ada' })
    expect(peer.frames).toContainEqual({ ...tooMuch, id: 2 })

    function ask(to: MemoryPeer, frames: Parameters<MemoryPeer['send']>[0]) {
      to.take()
      to.send(frames)
      return clock.advance(0).then(() => to.take())
    }
  })

  test('P-060 what is sent behind the goodbye of the server is read slowly', async () => {
    const virtual = new VirtualHub({ auth: { mode: 'required' } })
    const link = new LingeringLink(virtual.clock)
    link.open(virtual.hub)
    await link.say(heartbeat)
    expect(virtual.hub.counters.closed.authRequired).toBe(1)
    for (let round = 0; round < 3; round += 1) {
      await link.say(heartbeat)
      await link.say(heartbeat)
      expect(link.pauses).toBe(1)
      expect(virtual.clock.pendingTimers).toBe(1)
      await virtual.clock.advance(100)
      expect(link.pauses).toBe(0)
    }
    expect(link.frames()).toEqual([])
  })
})

/** A link whose peer does not answer the goodbye. */
class LingeringLink extends VirtualLink {
  pauses = 0

  override close(): void {
    // The peer sends on.
  }

  override pause(): void {
    this.pauses += 1
  }

  override resume(): void {
    this.pauses -= 1
  }
}
