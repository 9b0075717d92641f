import { describe, expect, it } from 'vitest'
import { startEngine } from '../../../test/engine/start-engine.ts'
import { startOnHeldBroker } from '../../../test/engine/start-on-held-broker.ts'
import { VirtualLink } from '../../../test/support/virtual-hub.ts'

const channel = 'open:1'
const epoch = 'life1-0'

describe('a subscriber', () => {
  it('is acknowledged before its first event', async () => {
    const { clock, hub, connect } = startEngine()
    for (const n of [1, 2, 3]) await hub.publish(channel, n)
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel, last: 2 })
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'ack', id: 1, position: { epoch, offset: 1 } },
      { type: 'batch', count: 2, events: [{ payload: 2 }, { payload: 3 }] },
    ])
  })

  it('gets at once what was published while its node subscribed at the broker', async () => {
    const { clock, held, hub, connect } = startOnHeldBroker()
    const peer = connect()
    held.hold('subscribe')
    peer.send({ type: 'subscribe', id: 1, channel, since: { epoch, offset: 0 } })
    await clock.advance(0)
    await hub.publish(channel, 'early')
    held.release('subscribe')
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'ack', recovered: true },
      { type: 'message', offset: 1, payload: 'early' },
    ])
  })

  it('is acknowledged in the turn it asks in when its channel has others', async () => {
    const { clock, connect } = startEngine()
    connect().send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    const peer = connect()
    peer.send([
      { type: 'subscribe', id: 1, channel },
      { type: 'unsubscribe', id: 2, channel },
    ])
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'ack', id: 1, position: { epoch, offset: 0 } },
      { type: 'ack', id: 2 },
    ])
  })

  it('that fails in its turn is gone again, and may ask once more', async () => {
    const { clock, hub, connect } = startEngine()
    const broken = new VirtualLink(clock)
    broken.open(hub)
    await broken.say({ type: 'subscribe', id: 1, channel })
    broken.sendShared = () => {
      throw new Error('no memory for this frame')
    }
    await hub.publish(channel, 1)
    const peer = connect()
    peer.send([
      { type: 'subscribe', id: 1, channel },
      { type: 'subscribe', id: 2, channel },
    ])
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'error', id: 1, code: 'INTERNAL' },
      { type: 'ack', id: 2 },
    ])
    await clock.advance(0)
    expect(hub.channelTotals).toEqual({ channels: 1, readersBehind: 0 })
  })

  it('that its own ack has closed is in no place of the channel', async () => {
    const { clock, hub, connect } = startEngine({ limits: { maxBufferedBytes: 10 } })
    connect().send({ type: 'subscribe', id: 1, channel })
    const peer = connect()
    await clock.advance(0)
    peer.stall()
    peer.send([
      { type: 'unsubscribe', id: 1, channel: 'open:2' },
      { type: 'subscribe', id: 2, channel },
    ])
    await clock.advance(0)
    await hub.publish(channel, 1)
    await clock.advance(0)
    expect([hub.connectionCount, hub.counters.closed.tooSlow]).toEqual([1, 1])
    expect(hub.channelTotals).toEqual({ channels: 1, readersBehind: 0 })
  })

  it('that leaves while it joins is told once by each request, and gets no event', async () => {
    const { clock, held, hub, connect } = startOnHeldBroker()
    const peer = connect()
    held.hold('subscribe')
    peer.send({ type: 'subscribe', id: 1, channel })
    await hub.publish(channel, 'early')
    peer.send({ type: 'unsubscribe', id: 2, channel })
    await clock.advance(0)
    expect(peer.frames.slice(1)).toEqual([{ type: 'ack', id: 2, channel }])
    held.release('subscribe')
    await hub.publish(channel, 'late')
    await clock.advance(0)
    expect(peer.frames.slice(2)).toMatchObject([{ type: 'error', id: 1, code: 'NOT_SUBSCRIBED' }])
  })

  it('that leaves and comes again while it joins is subscribed once', async () => {
    const { clock, held, hub, connect } = startOnHeldBroker()
    const peer = connect()
    held.hold('subscribe')
    peer.send([
      { type: 'subscribe', id: 1, channel },
      { type: 'unsubscribe', id: 2, channel },
      { type: 'subscribe', id: 3, channel },
    ])
    await clock.advance(0)
    held.release('subscribe')
    await clock.advance(0)
    await hub.publish(channel, 'news')
    await clock.advance(0)
    const answers = peer.frames.slice(1).map((frame) => [frame.type, 'id' in frame && frame.id])
    expect(new Map(answers.map(([type, id]) => [id, type]))).toEqual(
      new Map<unknown, unknown>([
        [2, 'ack'],
        [1, 'error'],
        [3, 'ack'],
        [false, 'message'],
      ]),
    )
    expect(answers.length).toBe(4)
  })

  it('that is gone before it has joined leaves nothing behind', async () => {
    const { clock, held, connect } = startOnHeldBroker()
    const peer = connect()
    held.hold('subscribe')
    peer.send({ type: 'subscribe', id: 1, channel })
    peer.close()
    await clock.advance(0)
    held.release('subscribe')
    await clock.advance(0)
    expect(clock.pendingTimers).toBe(0)
  })

  it('subscribes its node at the broker once, whatever their number', async () => {
    const { clock, held, connect } = startOnHeldBroker()
    const peers = [connect(), connect(), connect()]
    for (const peer of peers) peer.send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    expect(held.asked.filter((call) => call === 'subscribe').length).toBe(1)
    for (const peer of peers) peer.close()
    await clock.advance(0)
    connect().send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    expect(held.asked.filter((call) => call === 'subscribe').length).toBe(2)
  })
})
