import { describe, expect, test } from 'vitest'
import { monotonicUs } from '../harness/monotonic.ts'
import { makeEvent } from '../servers/event.ts'
import { tidewireDialect } from './dialects/tidewire.ts'
import { Sampler } from './sampling.ts'
import { Tally } from './tally.ts'

describe('a sampled connection', () => {
  test('measures from when an event was due', () => {
    const { tally, sampler } = sampling()
    const started = monotonicUs()
    sampler.look(batchOf([makeEvent(started - 30_000, 1), makeEvent(started - 20_000, 2)]))
    const atMostMs = (monotonicUs() - started) / 1_000 + 1
    expect(tally.latency.total).toBe(2)
    expect(tally.latency.max / 1_000).toBeGreaterThanOrEqual(30)
    expect(tally.latency.max / 1_000).toBeLessThan(30 + atMostMs)
    expect(tally.latency.quantile(0.5) / 1_000).toBeGreaterThanOrEqual(19.8)
  })

  test('finds as many events as the cheap count tells', () => {
    const { tally, sampler } = sampling()
    sampler.look(batchOf(numbered([1, 2, 3])))
    expect(tally).toMatchObject({ events: 3, countedBySampled: 3, found: 3 })
  })

  test('finds a batch that says it holds more than it does', () => {
    const { tally, sampler } = sampling()
    const text = batchOf(numbered([1, 2, 3]))
      .toString()
      .replace('"count":3', '"count":4')
    sampler.look(Buffer.from(text))
    expect(tally).toMatchObject({ countedBySampled: 4, found: 3 })
  })

  test('notices events that are missing, twice or late', () => {
    const { tally, sampler } = sampling()
    sampler.look(batchOf(numbered([5, 6])))
    sampler.look(batchOf(numbered([7, 10])))
    sampler.look(batchOf(numbered([10, 9, 11])))
    expect(tally).toMatchObject({ missed: 2, disordered: 2 })
  })

  test('makes no guess about order over several channels', () => {
    const { tally, sampler } = sampling(false)
    sampler.look(batchOf(numbered([5, 5, 1])))
    expect(tally).toMatchObject({ missed: 0, disordered: 0, found: 3 })
  })
})

function sampling(checksOrder = true) {
  const tally = new Tally()
  return { tally, sampler: new Sampler(tidewireDialect, tally, checksOrder) }
}

function numbered(numbers: readonly number[]) {
  return numbers.map((number) => makeEvent(0, number))
}

function batchOf(events: readonly object[]): Buffer {
  const payloads = events.map((payload) => ({ offset: 1, payload }))
  const frame = { type: 'batch', channel: 'bench:0', count: events.length, events: payloads }
  return Buffer.from(JSON.stringify(frame))
}
