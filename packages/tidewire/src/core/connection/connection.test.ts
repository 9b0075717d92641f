import { describe, expect, it } from 'vitest'
import { startEngine } from '../../../test/engine/start-engine.ts'

describe('a frame for one connection alone', () => {
  it('is counted with the bytes it has on the wire', () => {
    const { hub, connect } = startEngine()
    const peer = connect()
    peer.send({ type: 'auth', token: 'Zoë' })
    const bytes = peer.texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect([hub.counters.framesSent.own, hub.counters.bytesSent.own]).toEqual([2, bytes])
  })

  it('is not counted when its link takes it no more', async () => {
    const { clock, hub, connect } = startEngine()
    const peer = connect()
    const sent = { ...hub.counters.framesSent }
    const bytes = { ...hub.counters.bytesSent }
    // The link is gone, and nobody has been told yet.
    peer.close()
    const drained = hub.drain({ overMs: 0, closeAfterMs: 1_000 })
    expect([hub.connectionCount, hub.counters.framesSent]).toEqual([1, sent])
    expect(hub.counters.bytesSent).toEqual(bytes)
    await clock.advance(0)
    await drained
    expect(hub.connectionCount).toBe(0)
  })
})
