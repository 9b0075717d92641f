import { expect, it } from 'vitest'
import { Histogram } from './histogram.ts'

it('counts by upper bound, each included, and what is above all', () => {
  const histogram = new Histogram([1, 10])
  for (const value of [0, 1, 1.5, 10, 11, 1_000]) histogram.observe(value)
  expect(histogram.counts).toEqual([2, 2, 2])
  expect(histogram.sum).toBe(1_023.5)
})

it('counts everything where it has no bounds', () => {
  const histogram = new Histogram([])
  histogram.observe(5)
  expect(histogram.counts).toEqual([1])
})

it.each([[[2, 1]], [[1, 1]]])('refuses the bounds %j', (bounds) => {
  expect(() => new Histogram(bounds)).toThrow(TypeError)
})
