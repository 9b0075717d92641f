import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Histogram } from './histogram.ts'

describe('a histogram', () => {
  test('is exact for small values', () => {
    const histogram = histogramOf([1, 2, 3, 4, 100])
    expect(histogram.quantile(0.5)).toBe(3)
    expect(histogram.quantile(0.99)).toBe(100)
    expect(histogram.total).toBe(5)
    expect(histogram.max).toBe(100)
  })

  test('has no quantile before the first value', () => {
    expect(new Histogram().quantile(0.5)).toBeNaN()
  })

  test('takes a negative value for 0 and one that is too large for the largest', () => {
    const histogram = histogramOf([-5, 1e12])
    expect(histogram.quantile(0.5)).toBe(0)
    expect(histogram.max).toBe(2 ** 31 - 1)
  })

  test('forgets everything on reset', () => {
    const histogram = histogramOf([7, 8])
    histogram.reset()
    expect(histogram.total).toBe(0)
    expect(histogram.max).toBe(0)
    expect(histogram.quantile(0.5)).toBeNaN()
  })

  test('is right to within 0.8 % at every quantile of any values', () => {
    const values = fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), {
      minLength: 1,
      maxLength: 200,
    })
    const shares = fc.oneof(
      fc.constant(0),
      fc.constant(1),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    fc.assert(
      fc.property(values, shares, (all, share) => {
        const sorted = [...all].sort((a, b) => a - b)
        const exact = sorted[Math.max(1, Math.ceil(share * all.length)) - 1] ?? 0
        const found = histogramOf(all).quantile(share)
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.008)
      }),
    )
  })
})

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}
