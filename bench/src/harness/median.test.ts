import { describe, expect, test } from 'vitest'
import { median, medians, spread } from './median.ts'

describe('the median', () => {
  test('is the value in the middle, by size and not by place', () => {
    expect(median([10, 9, 100])).toBe(10)
  })

  test('is the mean of two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })

  test('is no number for no values', () => {
    expect(median([])).toBeNaN()
  })

  test('of records is taken field by field', () => {
    const records = [
      { cost: 1, p99: 30 },
      { cost: 3, p99: 10 },
      { cost: 2, p99: 20 },
    ]
    expect(medians(records)).toEqual({ cost: 2, p99: 20 })
  })

  test('of no records is refused', () => {
    expect(() => medians([])).toThrow('nothing')
  })
})

test('the spread is the range in medians', () => {
  expect(spread([8, 10, 12])).toBeCloseTo(0.4)
  expect(spread([5])).toBe(0)
})
