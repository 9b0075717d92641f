import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryBroker } from '../../brokers/memory.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import type { Broker, BrokerEvent } from '../ports/broker.ts'
import { ChannelFeed } from './feed.ts'

const history = { maxEntries: 100, maxBytes: 10_000, maxAgeMs: 60_000 }

/** A broker that passes nothing on while it is cut, and whose reads a test holds up. */
function lossyBroker(inner: Broker) {
  let isCut = false
  let reads: Promise<void> = Promise.resolve()
  let onRead = (): void => {}
  const broker: Broker = {
    publish: (...event) => inner.publish(...event),
    subscribe: (channel, receive, bounds) => {
      const pass = (event: BrokerEvent) => (isCut ? undefined : receive(event))
      return inner.subscribe(channel, pass, bounds)
    },
    unsubscribe: (channel) => inner.unsubscribe(channel),
    async read(...query) {
      const page = await inner.read(...query)
      await reads
      onRead()
      return page
    },
    close: () => inner.close(),
  }
  return {
    broker,
    cut: (value: boolean) => {
      isCut = value
    },
    /** Does something a number of turns after the next page was read. */
    afterNextRead: (turns: number, act: () => void) => {
      onRead = () => {
        onRead = () => {}
        let later = Promise.resolve()
        for (let turn = 0; turn < turns; turn += 1) later = later.then(() => undefined)
        void later.then(act)
      }
    },
    holdReads: (): (() => void) => {
      let release = () => {}
      reads = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
  }
}

let lossy: ReturnType<typeof lossyBroker>
let feed: ChannelFeed
let seen: number[]

beforeEach(() => {
  const clock = new VirtualClock()
  lossy = lossyBroker(new MemoryBroker({ clock, makeId: () => 'life' }))
  seen = []
  feed = new ChannelFeed({
    broker: lossy.broker,
    channel: 'c',
    history,
    clock,
    onEvent: ({ payloadJson }) => seen.push(Number(payloadJson)),
    onLoss: () => seen.push(Number.NaN),
    onFailure: (cause) => {
      throw cause
    },
  })
})

async function publish(payload: number): Promise<void> {
  await lossy.broker.publish('c', { payloadJson: String(payload) }, history)
}

async function lose(payload: number): Promise<void> {
  lossy.cut(true)
  await publish(payload)
  lossy.cut(false)
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve()
}

describe('a feed that is told that events may be missing', () => {
  it('has them at once, with no other event to show the hole', async () => {
    feed.start(await feed.attach())
    await publish(1)
    await lose(2)
    feed.readOn()
    await settled()
    expect(seen).toEqual([1, 2])
    await publish(3)
    expect(seen).toEqual([1, 2, 3])
  })

  it('before it has begun has them as soon as it does', async () => {
    const position = await feed.attach()
    await lose(1)
    feed.readOn()
    feed.start(position)
    await settled()
    expect(seen).toEqual([1])
  })

  it('while it reads already reads once more', async () => {
    feed.start(await feed.attach())
    await lose(1)
    const release = lossy.holdReads()
    feed.readOn()
    await settled()
    await lose(2)
    feed.readOn()
    release()
    await settled()
    expect(seen).toEqual([1, 2])
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    '%d turns after it has read something reads on',
    async (turns) => {
      feed.start(await feed.attach())
      await lose(1)
      lossy.afterNextRead(turns, () => feed.readOn())
      feed.readOn()
      await settled()
      await lose(2)
      feed.readOn()
      await settled()
      expect(seen).toEqual([1, 2])
    },
  )

  it('and misses nothing goes on as before', async () => {
    feed.start(await feed.attach())
    await publish(1)
    feed.readOn()
    feed.readOn()
    await settled()
    await publish(2)
    expect(seen).toEqual([1, 2])
  })
})
