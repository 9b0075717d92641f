import { describe, expect, it } from 'vitest'
import { ChannelFeed } from '../../src/core/channel/feed.ts'
import { type Extent, findBeginning } from '../../src/core/channel/recovery.ts'
import type { Broker, BrokerEvent, HistoryPage } from '../../src/core/ports/broker.ts'
import { MemoryNetwork, VirtualClock } from '../../src/testing/index.ts'
import { startEngine } from '../engine/start-engine.ts'

/** What seeds have found, told without chance. */
describe('a reader of values that comes from a node further ahead', () => {
  const beginAt = (since: { epoch: string; offset: number }, broker: Extent) =>
    findBeginning(
      { since },
      {
        epoch: 'now',
        isLatest: true,
        log: { floor: 0, top: 6 },
        askExtent: async () => broker,
      },
    )

  it('is not sent back: its node has yet to hear of what it has seen', async () => {
    const since = { epoch: 'now', offset: 9 }
    const broker = { epoch: 'now', trimmedOffset: 0, topOffset: 9 }
    expect(await beginAt(since, broker)).toEqual({ position: since, recovered: true, top: 9 })
  })

  it('is not told of the epoch its node has yet to leave', async () => {
    const since = { epoch: 'next', offset: 2 }
    const broker = { epoch: 'next', trimmedOffset: 0, topOffset: 2 }
    expect(await beginAt(since, broker)).toEqual({ position: since, recovered: true, top: 2 })
  })
})

describe('a channel of values whose log is lost while it is attached', () => {
  it('gives out no value of the next log under the name of this one', async () => {
    const { hub, clock, connect } = startEngine({
      channels: { 'value:{id}': { subscribe: 'anyone', delivery: 'latest' } },
      wrapBroker: (memory) => ({
        publish: (...event) => memory.publish(...event),
        subscribe: (...channel) => memory.subscribe(...channel),
        unsubscribe: (channel) => memory.unsubscribe(channel),
        close: () => memory.close(),
        read: async () => ({
          epoch: 'next',
          topOffset: 1,
          trimmedOffset: 0,
          events: [eventAt('next', 1)],
        }),
      }),
    })
    await hub.publish('value:1', 'kept')
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel: 'value:1' })
    await clock.advance(0)
    const [ack, ...events] = peer.frames.slice(1)
    expect(ack).toMatchObject({ type: 'ack', position: { offset: 0 } })
    expect(ack).not.toMatchObject({ position: { epoch: 'next' } })
    expect(events).toEqual([])
  })
})

describe('a feed that refills', () => {
  it('does not wait for an event of a log that is lost', async () => {
    const clock = new VirtualClock()
    const lost = eventAt('lost', 4)
    let receive: (event: BrokerEvent) => void = () => undefined
    let reads = 0
    const broker: Broker = {
      publish: () => Promise.reject(new Error('nobody publishes here')),
      close: async () => undefined,
      subscribe: async (_channel, given) => {
        receive = given
        return { epoch: 'lost', offset: 2 }
      },
      unsubscribe: () => undefined,
      async read(_channel, { after = 0 }): Promise<HistoryPage> {
        reads += 1
        // The last words of the old log arrive while the node reads the new one.
        if (reads < 3) receive(lost)
        if (reads > 10) throw new Error('it reads without end')
        const events = after < 1 ? [eventAt('next', 1)] : []
        return { epoch: 'next', topOffset: 1, trimmedOffset: 0, events }
      },
    }
    const got: BrokerEvent[] = []
    const failures: unknown[] = []
    const feed = new ChannelFeed({
      broker,
      clock,
      channel: 'a',
      history: { maxEntries: 10, maxBytes: 1_000, maxAgeMs: 60_000 },
      onEvent: (event) => got.push(event),
      onLoss: () => undefined,
      onFailure: (cause) => failures.push(cause),
    })
    feed.start(await feed.attach())
    receive(lost)
    await clock.advance(100)
    expect(got.map(({ position }) => position)).toEqual([{ epoch: 'next', offset: 1 }])
    expect(failures).toEqual([])
    receive(eventAt('next', 2))
    expect(got.length).toBe(2)
    feed.detach()
  })
})

describe('a healthy reader of several channels', () => {
  it('is not taken for a slow one because of what is corked for it', async () => {
    const { hub, clock } = startEngine()
    const network = new MemoryNetwork({ clock })
    const conditions = { congestedBytes: 100 }
    network.decideDials(() => ({ kind: 'open', conditions }))
    network.listen('ws://tide/', hub.accept)
    const heard: string[] = []
    const link = network.dial('ws://tide/', [], {
      onMessage: (text) => heard.push(String(text)),
      onClose: () => undefined,
    })
    await clock.advance(0)
    for (const [id, channel] of ['open:1', 'plain:1'].entries()) {
      link.send(JSON.stringify({ type: 'subscribe', id, channel }))
    }
    await clock.advance(0)
    void hub.publish('open:1', 'x'.repeat(1_000))
    void hub.publish('plain:1', 'news')
    await clock.advance(0)
    // Hello, two acks, and one event on each.
    expect(heard.length).toBe(5)
    expect(heard.filter((text) => text.includes('"gap"'))).toEqual([])
    expect(heard.at(-1)).toContain('news')
  })
})

function eventAt(epoch: string, offset: number): BrokerEvent {
  return { position: { epoch, offset }, payloadJson: '1', time: 1_000_000 }
}
