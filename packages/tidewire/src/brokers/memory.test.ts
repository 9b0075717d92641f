import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BrokerEvent, BrokerUnavailable, type HistoryBounds } from '../core/ports/broker.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { MemoryBroker, type MemoryBrokerOptions } from './memory.ts'

const history: HistoryBounds = { maxEntries: 100, maxBytes: 10_000, maxAgeMs: 60_000 }
const day = 24 * 60 * 60_000

// What every broker must do is in test/contract; here is what only this one does.
describe('MemoryBroker', () => {
  it('delivers in the turn of the publish', () => {
    const { broker } = make()
    const received: BrokerEvent[] = []
    void broker.subscribe('c', (event) => received.push(event), history)
    void broker.publish('c', { payloadJson: '1' }, history)
    expect(received.map(({ payloadJson }) => payloadJson)).toEqual(['1'])
  })

  it('keeps what a model of its bounds keeps', async () => {
    const step = fc.record({
      waitMs: fc.nat(40),
      payload: fc.string({ maxLength: 10 }),
    })
    const bounds = fc.record({
      maxEntries: fc.integer({ min: 1, max: 8 }),
      maxBytes: fc.integer({ min: 1, max: 60 }),
      maxAgeMs: fc.integer({ min: 1, max: 100 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), bounds, async (steps, limits) => {
        const { broker, clock } = make()
        let kept: { readonly payloadJson: string; readonly time: number }[] = []
        for (const { waitMs, payload } of steps) {
          await clock.advance(waitMs)
          const payloadJson = JSON.stringify(payload)
          await broker.publish('c', { payloadJson }, limits)
          kept.push({ payloadJson, time: clock.now() })
          kept = trimmed(kept, limits, clock.now())
          const page = await broker.read('c', {})
          expect(page.events.map((event) => event.payloadJson)).toEqual(
            kept.map((entry) => entry.payloadJson),
          )
          expect(page.topOffset - page.trimmedOffset).toBe(kept.length)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('keeps nothing of an event larger than its history, and numbers it', async () => {
    const { broker } = make()
    await broker.publish('c', { payloadJson: '"123456"' }, { ...history, maxBytes: 4 })
    expect(await broker.read('c', {})).toMatchObject({ topOffset: 1, trimmedOffset: 1, events: [] })
  })

  it('follows the bounds that were given last', async () => {
    const { broker } = make()
    for (const payloadJson of ['1', '2', '3']) await broker.publish('c', { payloadJson }, history)
    await broker.publish('c', { payloadJson: '4' }, { ...history, maxEntries: 2 })
    expect((await broker.read('c', {})).trimmedOffset).toBe(2)
  })

  it('answers a duplicate within the whole window, and not a millisecond later', async () => {
    const { broker, clock } = make({ dedupeWindowMs: 100 })
    const publish = () => broker.publish('c', { payloadJson: '1', key: 'k' }, history)
    await publish()
    await clock.advance(100)
    expect((await publish()).duplicate).toBe(true)
    await clock.advance(1)
    expect((await publish()).duplicate).toBe(false)
  })

  it('forgets the oldest keys beyond the most it may remember', async () => {
    const { broker } = make({ maxDedupeKeys: 2 })
    const publish = (key: string) => broker.publish('c', { payloadJson: '1', key }, history)
    for (const key of ['a', 'b', 'c']) await publish(key)
    expect((await publish('b')).duplicate).toBe(true)
    expect((await publish('a')).duplicate).toBe(false)
  })

  it('forgets a channel nobody used for as long as positions last, and begins a new epoch', async () => {
    const { broker, clock } = make()
    const before = await broker.publish('c', { payloadJson: '1' }, history)
    await clock.advance(29 * day)
    expect(await broker.read('c', {})).toMatchObject({ topOffset: 1 })
    await clock.advance(2 * day)
    const after = await broker.publish('c', { payloadJson: '1' }, history)
    expect(after.position).toMatchObject({ offset: 1 })
    expect(after.position?.epoch).not.toBe(before.position?.epoch)
  })

  it('forgets no channel that is read', async () => {
    const { broker, clock } = make({ positionTtlMs: day })
    const offsets: unknown[] = []
    const start = await broker.subscribe('c', ({ position }) => offsets.push(position), history)
    await broker.publish('c', { payloadJson: '1' }, history)
    await broker.publish('forgotten', { payloadJson: '1' }, history)
    await clock.advance(3 * day)
    await broker.publish('c', { payloadJson: '2' }, history)
    expect(offsets).toEqual([1, 2].map((offset) => ({ epoch: start?.epoch, offset })))
  })

  it('publishes in the epoch that subscribe answered, whatever was forgotten meanwhile', async () => {
    const { broker, clock } = make({ positionTtlMs: day })
    await broker.publish('forgotten', { payloadJson: '1' }, history)
    const start = await broker.subscribe('c', () => undefined, history)
    await clock.advance(3 * day)
    const { position } = await broker.publish('c', { payloadJson: '1' }, history)
    expect(position).toEqual({ epoch: start?.epoch, offset: 1 })
  })

  it('refuses one channel more than may be read, and takes nothing from the others for it', async () => {
    const { broker } = make({ maxStreams: 2 })
    const read = (channel: string) => broker.subscribe(channel, () => undefined, history)
    await Promise.all([read('a'), read('b')])
    await broker.publish('a', { payloadJson: '1' }, history)
    await expect(read('c')).rejects.toThrow(BrokerUnavailable)
    await expect(broker.publish('c', { payloadJson: '1' }, history)).rejects.toThrow('2 channels')
    expect(await broker.read('a', {})).toMatchObject({ topOffset: 1, trimmedOffset: 0 })
    broker.unsubscribe('b')
    expect(await read('c')).toMatchObject({ offset: 0 })
  })

  it('holds no timer when there is nothing to look after', async () => {
    const { broker, clock } = make({ dedupeWindowMs: 1_000 })
    for (let channel = 0; channel < 10; channel += 1) {
      await broker.subscribe(`quiet-${channel}`, () => undefined, history)
      broker.unsubscribe(`quiet-${channel}`)
    }
    expect(clock.pendingTimers).toBe(0)
    await broker.publish('live', { payloadJson: '1', key: 'k' }, null)
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(20_000)
    expect(clock.pendingTimers).toBe(0)
  })

  it('holds no timer once it is closed', async () => {
    const { broker, clock } = make()
    await broker.publish('c', { payloadJson: '1' }, history)
    await broker.close()
    expect(clock.pendingTimers).toBe(0)
  })
})

function make(options: Partial<MemoryBrokerOptions> = {}) {
  const clock = new VirtualClock()
  return { clock, broker: new MemoryBroker({ clock, makeId: () => 'life', ...options }) }
}

function trimmed<TEntry extends { readonly payloadJson: string; readonly time: number }>(
  entries: readonly TEntry[],
  { maxEntries, maxBytes, maxAgeMs }: HistoryBounds,
  now: number,
): TEntry[] {
  const kept = entries.slice(-maxEntries).filter(({ time }) => now - time <= maxAgeMs)
  while (Buffer.byteLength(kept.map(({ payloadJson }) => payloadJson).join('')) > maxBytes) {
    kept.shift()
  }
  return kept
}
