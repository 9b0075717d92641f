import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonCodec } from '../../protocol/json-codec.ts'
import type { BrokerEvent } from '../ports/broker.ts'
import { ChannelLog, type LogBounds, type LogEntry, logEntry } from './log.ts'

const roomy: LogBounds = { maxEntries: 1_000, maxBytes: 1_000_000, maxAgeMs: 1_000_000 }

const step = fc.oneof(
  fc.record({ do: fc.constant('append' as const), size: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ do: fc.constant('flush' as const) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(30) }),
)

const bounds = fc.record({
  maxEntries: fc.integer({ min: 1, max: 12 }),
  maxBytes: fc.integer({ min: 1, max: 600 }),
  maxAgeMs: fc.integer({ min: 1, max: 60 }),
})

describe('ChannelLog', () => {
  it('holds what a plain list with the same bounds holds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), bounds, fc.nat(9), (steps, limits, start) => {
        const log = new ChannelLog(jsonCodec, limits, start)
        const model = new ListOfEntries(limits, start)
        let now = 0
        for (const taken of steps) {
          if (taken.do === 'wait') now += taken.ms
          else if (taken.do === 'flush') expect(log.flush(now)).toEqual(model.flush(now))
          else model.push(log.append(event(model.top + 1, { time: now, size: taken.size }), ''))
          expect([log.top, log.flushed, log.floor]).toEqual([model.top, model.flushed, model.floor])
          expect(log.after(log.floor)).toEqual(model.entries)
        }
      }),
    )
  })

  it('reads flushed entries, in order and at least one, and null below its floor', () => {
    const limits = fc.integer({ min: 1, max: 300 })
    fc.assert(
      fc.property(fc.nat(12), fc.nat(5), fc.nat(20), limits, (floor, kept, after, maxBytes) => {
        const log = logOf({ floor, kept, unflushed: 3 })
        const read = log.read(Math.min(after, log.flushed), maxBytes)
        if (after < floor) {
          expect(read).toBeNull()
          return
        }
        const expected = range(Math.min(after, log.flushed) + 1, log.flushed)
        expect(sequencesOf(read ?? [])).toEqual(expected.slice(0, read?.length))
        expect(read?.length === 0).toBe(expected.length === 0)
      }),
    )
  })

  it('reads as many entries as make the bytes it is asked for', () => {
    const log = logOf({ floor: 0, kept: 9, unflushed: 0 })
    const size = log.after(0)[0]?.bytes ?? 0
    expect(sequencesOf(log.read(2, 3 * size) ?? [])).toEqual([3, 4, 5])
    expect(sequencesOf(log.read(2, 3 * size + 1) ?? [])).toEqual([3, 4, 5, 6])
    expect(sequencesOf(log.read(2, 1) ?? [])).toEqual([3])
  })

  it('lets go of nothing that was not flushed yet', () => {
    const log = new ChannelLog(jsonCodec, { maxEntries: 0, maxBytes: 0, maxAgeMs: 0 }, 0)
    for (const sequence of range(1, 5)) log.append(event(sequence), '')
    expect(sequencesOf(log.flush(1_000))).toEqual([1, 2, 3, 4, 5])
    expect([log.floor, log.read(5, 100), log.read(4, 100)]).toEqual([5, [], null])
  })

  it('takes what lies right before its floor, within its bounds, and nothing else', () => {
    const place = fc.record({ first: fc.integer({ min: 1, max: 12 }), count: fc.nat(14) })
    fc.assert(
      fc.property(bounds, fc.nat(4), place, (limits, appended, { first, count }) => {
        const log = new ChannelLog(jsonCodec, limits, 8)
        for (const sequence of range(9, 8 + appended)) log.append(event(sequence), '')
        log.flush(0)
        const { floor, top, flushed } = log
        const held = log.after(floor)
        const given = range(first, first + count - 1).map(entry)
        log.prepend(given, 0)
        const model = new ListOfEntries(limits, 0)
        const isNext = given.some(({ sequence }) => sequence === floor)
        const older = given.filter(({ sequence }) => isNext && sequence <= floor)
        for (const one of [...older, ...held]) model.push(one)
        model.flush(0)
        expect(log.after(log.floor)).toEqual(model.entries)
        expect([log.top, log.flushed]).toEqual([top, flushed])
      }),
    )
  })

  it('goes on within its bounds after it has taken older ones', () => {
    const log = logOf({ floor: 5, kept: 4, unflushed: 1 })
    log.prepend(range(2, 5).map(entry), 0)
    expect(sequencesOf(log.after(log.floor))).toEqual([7, 8, 9, 10])
    log.append(event(11), '')
    expect(sequencesOf(log.flush(0))).toEqual([10, 11])
    expect(sequencesOf(log.after(log.floor))).toEqual([8, 9, 10, 11])
  })

  it('encodes an event once, as the codec does', () => {
    let encoded = 0
    const counting: typeof jsonCodec = {
      ...jsonCodec,
      encodeEvent(given) {
        encoded += 1
        return jsonCodec.encodeEvent(given)
      },
    }
    const log = new ChannelLog(counting, roomy, 0)
    log.append({ ...event(1), payloadJson: '{"a":1}', from: 'ada', exceptLinkId: 'c' }, 'k')
    const [flushed] = log.flush(0)
    expect([encoded, log.read(0, 100)]).toEqual([1, [flushed]])
    expect(flushed).toMatchObject({
      data: '{"offset":1,"payload":{"a":1},"from":"ada","time":0}',
      exceptLinkId: 'c',
      key: 'k',
    })
  })

  it('counts by itself on a channel without history, and sends no offset', () => {
    const log = new ChannelLog(jsonCodec, roomy, 7)
    log.append({ position: null, payloadJson: '1', time: 5 }, '')
    expect(log.flush(5)).toMatchObject([{ sequence: 8, data: '{"payload":1,"time":5}' }])
  })
})

function event(offset: number, { time = 0, size = 1 } = {}): BrokerEvent {
  return { position: { epoch: 'e', offset }, payloadJson: JSON.stringify('x'.repeat(size)), time }
}

/** A log that has flushed `floor + kept` events of the same size and kept the last of them. */
function logOf({ floor, kept, unflushed }: Record<'floor' | 'kept' | 'unflushed', number>) {
  const log = new ChannelLog(jsonCodec, { ...roomy, maxEntries: kept }, 0)
  for (const sequence of range(1, floor + kept)) log.append(event(sequence), '')
  log.flush(0)
  for (const sequence of range(1, unflushed)) log.append(event(floor + kept + sequence), '')
  return log
}

/** The model: everything in one array, trimmed by the book. */
class ListOfEntries {
  readonly #bounds: LogBounds
  entries: LogEntry[] = []
  top: number
  flushed: number

  constructor(limits: LogBounds, start: number) {
    this.#bounds = limits
    this.top = start
    this.flushed = start
  }

  get floor(): number {
    return this.top - this.entries.length
  }

  push(entry: LogEntry): void {
    this.entries.push(entry)
    this.top += 1
  }

  flush(now: number): readonly LogEntry[] {
    const fresh = this.entries.filter(({ sequence }) => sequence > this.flushed)
    const { maxEntries, maxBytes, maxAgeMs } = this.#bounds
    this.flushed = this.top
    this.entries = this.entries.slice(-maxEntries).filter(({ time }) => now - time <= maxAgeMs)
    while (this.entries.reduce((sum, { bytes }) => sum + bytes, 0) > maxBytes) this.entries.shift()
    return fresh
  }
}

function entry(sequence: number): LogEntry {
  return logEntry(jsonCodec, event(sequence), { sequence, key: '' })
}

function sequencesOf(entries: readonly LogEntry[]): readonly number[] {
  return entries.map(({ sequence }) => sequence)
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}
