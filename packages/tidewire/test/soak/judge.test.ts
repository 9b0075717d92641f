import { describe, expect, test } from 'vitest'
import { judge } from './judge.ts'
import type { Sample } from './sample.ts'

const mebibyte = 2 ** 20

function sampleAt(minute: number, figures: Partial<Sample> = {}): Sample {
  return {
    atMs: minute * 60_000,
    heldBytes: 20 * mebibyte,
    residentBytes: 100 * mebibyte,
    counts: { connections: 0, 'handles Timeout': 3, 'objects Connection': 0 },
    totals: { cpuMs: 0, frames: 0, deliveries: 0, events: 0, closed: 0, refused: 0 },
    ...figures,
  }
}

/** Thirty minutes, a sample each. */
function minutes(heldMebibytes: (minute: number) => number): readonly Sample[] {
  return Array.from({ length: 30 }, (_, minute) =>
    sampleAt(minute, { heldBytes: heldMebibytes(minute) * mebibyte }),
  )
}

const base = sampleAt(0)
const rest = sampleAt(31)

describe('a soak judges', () => {
  test('memory that has filled and is flat as well', () => {
    const filling = minutes((minute) => 20 + Math.min(minute, 10) * 3 + (minute % 2) * 0.5)
    expect(judge({ base, samples: filling, rest })).toEqual([])
  })

  test('memory that grows all the time as a leak', () => {
    const growing = minutes((minute) => 20 + minute * 0.25)
    expect(judge({ base, samples: growing, rest })).toEqual([
      'memory that is held after collecting garbage has grown by 3.5 MiB in the second half, and 2.0 MiB are allowed',
    ])
  })

  test('memory by its size: 5 % of what is held may come and go', () => {
    const large = minutes((minute) => 200 + minute * 0.25)
    expect(judge({ base, samples: large, rest })).toEqual([])
  })

  test('memory less closely in a run that is over before it has filled', () => {
    const filling = minutes((minute) => 20 + minute).slice(0, 8)
    expect(judge({ base, samples: filling, rest })).toEqual([])
    const growing = minutes((minute) => 20 + minute * 3).slice(0, 8)
    expect(judge({ base, samples: growing, rest })).toHaveLength(1)
  })

  test('what is left when everybody has gone, by its name', () => {
    const counts = { connections: 0, 'handles Timeout': 90, 'objects Connection': 4_812 }
    expect(judge({ base, samples: minutes(() => 20), rest: sampleAt(31, { counts }) })).toEqual([
      'handles Timeout: 90 when everybody had left, and 3 before anybody came',
      'objects Connection: 4812 when everybody had left, and 0 before anybody came',
    ])
  })

  test('a single connection that is left, and not a timer of the process itself', () => {
    const counts = { connections: 1, 'handles Timeout': 5 }
    expect(judge({ base, samples: minutes(() => 20), rest: sampleAt(31, { counts }) })).toEqual([
      'connections: 1 when everybody had left, and 0 before anybody came',
    ])
  })
})
