import { describe, expect, test } from 'vitest'
import { growthOf } from './trend.ts'

function points(...values: readonly number[]) {
  return values.map((y, x) => ({ x, y }))
}

describe('the growth of a series', () => {
  test('is what a straight line rises by', () => {
    expect(growthOf(points(10, 12, 14, 16))).toBeCloseTo(6)
    expect(growthOf(points(16, 14, 12, 10))).toBeCloseTo(-6)
  })

  test('is nothing for what goes up and down', () => {
    expect(growthOf(points(5, 9, 5, 9, 5, 9, 5))).toBeCloseTo(0)
  })

  test('is not that of its last value alone', () => {
    expect(growthOf(points(5, 5, 5, 5, 5, 5, 5, 5, 5, 20))).toBeLessThan(15)
  })

  test('is nothing for a single value, or none', () => {
    expect(growthOf(points(7))).toBe(0)
    expect(growthOf([])).toBe(0)
  })
})
