import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffDelay } from './backoff.ts'

const options = { minDelayMs: 500, maxDelayMs: 30_000 }

describe('backoffDelay', () => {
  it.each([
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [4, 16_000],
    [5, 30_000],
    [6, 30_000],
    [5_000, 30_000],
  ])('before attempt %i it is 500 to %i ms', (attempt, ceiling) => {
    expect(backoffDelay(attempt, options, 0)).toBe(500)
    expect(backoffDelay(attempt, options, 1 - Number.EPSILON)).toBe(ceiling)
    expect(backoffDelay(attempt, options, 0.5)).toBe((500 + ceiling) / 2)
  })

  it('stays within its bounds whatever is drawn', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    const ms = fc.integer({ min: 1, max: 2 ** 31 - 1 })
    fc.assert(
      fc.property(fc.integer({ min: 1 }), ms, ms, random, (attempt, one, other, chance) => {
        const [minDelayMs, maxDelayMs] = one < other ? [one, other] : [other, one]
        const delayMs = backoffDelay(attempt, { minDelayMs, maxDelayMs }, chance)
        expect(delayMs).toBeGreaterThanOrEqual(minDelayMs)
        expect(delayMs).toBeLessThanOrEqual(maxDelayMs)
        expect(Number.isInteger(delayMs)).toBe(true)
      }),
    )
  })

  it('spreads clients over the whole range', () => {
    const delays = Array.from({ length: 100 }, (_, n) => backoffDelay(2, options, n / 100))
    expect(new Set(delays).size).toBe(100)
  })
})
