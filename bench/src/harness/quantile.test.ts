import { expect, test } from 'vitest'
import { quantile } from './quantile.ts'

test('is the smallest value that a share of all does not exceed', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect([0, 0.5, 0.95, 1].map((share) => quantile(values, share))).toEqual([1, 50, 95, 100])
})

test('of one value is that value, and of none NaN', () => {
  expect(quantile([7], 0.95)).toBe(7)
  expect(quantile([], 0.5)).toBeNaN()
})
