import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Rate, TokenBucket } from './token-bucket.ts'

describe('a token bucket', () => {
  it('lets a burst through at once, and nothing more', () => {
    const bucket = new TokenBucket({ perSecond: 100, burst: 200 }, 0)
    for (let taken = 0; taken < 200; taken += 1) expect(take(bucket, 1, 0)).toBe(0)
    expect(take(bucket, 1, 0)).toBe(10)
  })

  it('lets one more through for every token it has earned', () => {
    const bucket = new TokenBucket({ perSecond: 100, burst: 1 }, 0)
    expect(take(bucket, 1, 0)).toBe(0)
    expect(take(bucket, 1, 9.9)).toBe(1)
    expect(take(bucket, 1, 10)).toBe(0)
  })

  it('holds no more than the burst, however long it rests', () => {
    const bucket = new TokenBucket({ perSecond: 100, burst: 5 }, 0)
    expect(take(bucket, 5, 3_600_000)).toBe(0)
    expect(take(bucket, 1, 3_600_000)).toBe(10)
  })

  it('takes nothing when not all is there', () => {
    const bucket = new TokenBucket({ perSecond: 1_000, burst: 10 }, 0)
    expect(take(bucket, 8, 0)).toBe(0)
    expect(take(bucket, 3, 0)).toBe(1)
    expect(take(bucket, 2, 0)).toBe(0)
  })

  it('earns at rates that do not divide a second', () => {
    const bucket = new TokenBucket({ perSecond: 3, burst: 2 }, 0)
    take(bucket, 2, 0)
    // A third of a token is lost to no rounding: three in the second, to the millisecond.
    expect([334, 667, 1_000].map((at) => take(bucket, 1, at))).toEqual([0, 0, 0])
    expect(take(bucket, 1, 1_000)).toBe(334)
  })

  it('lets everything through at a rate as large as numbers are', () => {
    const bucket = new TokenBucket({ perSecond: unlimited, burst: unlimited }, 1.5)
    for (let at = 0; at < 1_000; at += 1) expect(take(bucket, 65_536, 1.5)).toBe(0)
  })

  it('lets no window have more than the burst and what the time in it brings', () => {
    fc.assert(
      fc.property(rate, asked, ({ perSecond, burst }, all) => {
        const bucket = new TokenBucket({ perSecond, burst }, 0)
        const taken: Taken[] = []
        let at = 0
        for (const { afterMs, count } of all) {
          at += afterMs
          if (take(bucket, count, at) === 0) taken.push({ at, count })
        }
        for (const { count, ms } of windowsOf(taken)) {
          // In whole numbers: thousandths, as a second has as many milliseconds.
          expect(count * 1_000).toBeLessThanOrEqual(burst * 1_000 + perSecond * ms)
        }
      }),
    )
  })

  it('lets through what it said would be there, then and not a millisecond before', () => {
    fc.assert(
      fc.property(rate, asked, (of, all) => {
        const bucket = new TokenBucket(of, 0)
        let at = 0
        for (const { afterMs, count } of all.filter(({ count }) => count <= of.burst)) {
          at += afterMs
          const waitMs = take(bucket, count, at)
          if (waitMs === 0) continue
          expect(bucket.waitMs(count, at + waitMs - 1)).toBe(1)
          at += waitMs
          expect(take(bucket, count, at)).toBe(0)
        }
      }),
    )
  })
})

const rate: fc.Arbitrary<Rate> = fc.record({
  perSecond: fc.integer({ min: 1, max: 5_000 }),
  burst: fc.integer({ min: 1, max: 400 }),
})

const asked = fc.array(
  fc.record({
    afterMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ max: 5_000, min: 0 }),
    ),
    count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 300 })),
  }),
  { maxLength: 60 },
)

const unlimited = Number.MAX_SAFE_INTEGER

interface Taken {
  readonly at: number
  readonly count: number
}

/** What was taken, and in how many ms, from each moment to each later one. */
function windowsOf(taken: readonly Taken[]): { readonly count: number; readonly ms: number }[] {
  return taken.flatMap((first, index) => {
    let sum = 0
    return taken.slice(index).map(({ at, count }) => {
      sum += count
      return { count: sum, ms: at - first.at }
    })
  })
}

/** How long to wait; 0: taken. */
function take(bucket: TokenBucket, count: number, now: number): number {
  const waitMs = bucket.waitMs(count, now)
  if (waitMs === 0) bucket.take(count)
  return waitMs
}
