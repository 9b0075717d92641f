import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryStreams } from './streams.ts'

const history = { maxEntries: 100, maxBytes: 10_000, maxAgeMs: 60_000 }

let read: Set<string>
let streams: MemoryStreams
let time: number

beforeEach(() => {
  read = new Set()
  time = 0
  streams = streamsOf({ maxStreams: 10, maxBytes: 100 })
})

function streamsOf(bounds: { maxStreams: number; maxBytes: number }): MemoryStreams {
  return new MemoryStreams({ ...bounds, lifeId: 'life', isRead: (channel) => read.has(channel) })
}

function write(channel: string, bytes = 1, bounds = history): void {
  time += 1_000
  streams.append(channel, { payloadJson: 'x'.repeat(bytes) }, { time, history: bounds })
}

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `c${index}`)
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
    read.add('old')
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

  it('are as many and as large as may be, whatever is written', () => {
    const step = fc.record({
      channel: fc.nat({ max: 30 }),
      bytes: fc.nat({ max: 40 }),
      isRead: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        read = new Set()
        streams = streamsOf({ maxStreams: 10, maxBytes: 100 })
        for (const { channel, bytes, isRead } of steps) {
          if (isRead && read.size < 5) read.add(`c${channel}`)
          write(`c${channel}`, bytes, { ...history, maxBytes: 80 })
          expect(streams.size).toBeLessThanOrEqual(10)
          const total = names(31).reduce((sum, name) => sum + (streams.get(name)?.bytes ?? 0), 0)
          expect(total).toBeLessThanOrEqual(100)
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
