import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { BrokerUnavailable } from '../../core/ports/broker.ts'
import { MemoryStreams } from './streams.ts'

const history = { maxEntries: 100, maxBytes: 10_000, maxAgeMs: 60_000 }

let streams: MemoryStreams
let time: number

beforeEach(() => {
  time = 0
  streams = streamsOf({ maxStreams: 10, maxBytes: 100 })
})

function streamsOf(bounds: { maxStreams: number; maxBytes: number }): MemoryStreams {
  return new MemoryStreams({ ...bounds, lifeId: 'life' })
}

function write(channel: string, bytes = 1, bounds = history): void {
  time += 1_000
  streams.append(channel, { payloadJson: 'x'.repeat(bytes) }, { time, history: bounds })
}

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `c${index}`)
}

function bytesOfAll(): number {
  return names(31).reduce((sum, name) => sum + (streams.get(name)?.bytes ?? 0), 0)
}

function epochOf(channel: string): string | undefined {
  return streams.get(channel)?.top.epoch
}

describe('streams', () => {
  it('that nobody has written to for the longest are forgotten when there are too many', () => {
    for (const name of names(10)) write(name)
    write('c0')
    write('new')
    expect(streams.get('c1')).toBeUndefined()
    expect(streams.get('c0')?.top.offset).toBe(2)
    expect(streams.size).toBeLessThanOrEqual(10)
  })

  it('begin a new epoch after they were forgotten', () => {
    for (const name of names(11)) write(name)
    const before = epochOf('c10')
    write('c0')
    expect(streams.get('c0')?.top).toMatchObject({ offset: 1 })
    expect(epochOf('c0')).not.toBe('life-0')
    expect(before).not.toBe('life-0')
  })

  it('lose their history, the oldest first, when all together are too large', () => {
    write('old', 60)
    write('young', 30)
    write('now', 30)
    expect(streams.get('old')).toBeUndefined()
    expect(streams.get('young')?.bytes).toBe(30)
    expect(streams.get('now')?.bytes).toBe(30)
  })

  it('that are read keep their place and lose their entries only', () => {
    streams.hold('old')
    write('old', 60)
    const { epoch } = streams.get('old')?.top ?? {}
    write('now', 60)
    expect(streams.get('old')?.top).toEqual({ epoch, offset: 1 })
    expect(streams.get('old')?.read({}, time)).toMatchObject({ trimmedOffset: 1, events: [] })
  })

  it('never lose what is being written', () => {
    write('only', 150)
    expect(streams.get('only')?.bytes).toBe(150)
  })

  it('that are read lose nothing to names of strangers, and those to no one that is read', () => {
    for (const name of names(9)) {
      streams.hold(name)
      write(name)
    }
    write('unread')
    for (const stranger of ['s0', 's1', 's2']) {
      streams.hold(stranger)
      streams.release(stranger)
    }
    streams.hold('s3')
    expect(streams.get('unread')).toBeUndefined()
    expect(() => streams.hold('s4')).toThrow(BrokerUnavailable)
    expect(() => write('s4')).toThrow('10 channels are read')
    for (const name of names(9)) expect(streams.get(name)?.bytes).toBe(1)
    streams.release('s3')
    expect(streams.hold('s4').top.offset).toBe(0)
  })

  it('that were released can be forgotten like others, those released last the latest', () => {
    for (const name of names(10)) write(name)
    streams.hold('c0')
    streams.release('c0')
    write('new')
    expect(streams.get('c1')).toBeUndefined()
    for (const name of names(10).slice(2)) write(name)
    write('newer')
    expect(streams.get('c0')).toBeUndefined()
  })

  it('that are read lose of their histories what is too large together, and no more', () => {
    for (const name of names(10)) {
      streams.hold(name)
      write(name, 15)
    }
    const lost = names(10).filter((name) => streams.get(name)?.bytes === 0)
    expect(lost).toEqual(names(4))
  })

  it('are as many and as large as may be, whatever is done, and keep their place while they are read', () => {
    const held = new Map<string, string | undefined>()
    const acts = {
      write: (channel: string, bytes: number) =>
        write(channel, bytes, { ...history, maxBytes: 80 }),
      hold: (channel: string) => held.set(channel, streams.hold(channel).top.epoch),
      release(channel: string) {
        streams.release(channel)
        held.delete(channel)
      },
    }
    const step = fc.record({
      act: fc.constantFrom('write', 'hold', 'release'),
      channel: fc.nat({ max: 30 }).map((index) => `c${index}`),
      bytes: fc.nat({ max: 40 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        held.clear()
        streams = streamsOf({ maxStreams: 10, maxBytes: 100 })
        for (const { act, channel, bytes } of steps) {
          const hasRoom = act === 'release' || held.size < 10 || held.has(channel)
          if (hasRoom) acts[act](channel, bytes)
          else expect(() => acts[act](channel, bytes)).toThrow(BrokerUnavailable)
          for (const [name, epoch] of held) expect(epochOf(name)).toBe(epoch)
          expect(streams.size).toBeLessThanOrEqual(10)
          expect(bytesOfAll()).toBeLessThanOrEqual(100)
        }
      }),
    )
  })

  it('know how large they are after what was too old has gone', () => {
    write('old', 90)
    time += history.maxAgeMs + 1
    streams.sweep(time, -1)
    write('new', 90)
    expect(streams.get('old')?.top.offset).toBe(1)
  })
})
