import { describe, expect, it } from 'vitest'
import { formatAge, formatCount, formatRate, formatShare } from './figures.ts'

describe('figures', () => {
  it.each([
    [0, '0'],
    [999_999, '999,999'],
    [12_345_678, '12.35M'],
  ])('writes the count %d as %s', (count, text) => {
    expect(formatCount(count)).toBe(text)
  })

  it.each([
    [0, '0.0'],
    [4.25, '4.3'],
    [99.94, '99.9'],
    [128.4, '128'],
  ])('writes the rate %d as %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text)
  })

  it.each([
    [0, 0, '0%'],
    [5, 0, '0%'],
    [1, 4539, '<1%'],
    [4538, 4539, '>99%'],
    [1, 3, '33%'],
    [3, 3, '100%'],
  ])('writes %d of %d as %s', (part, whole, text) => {
    expect(formatShare(part, whole)).toBe(text)
  })

  it.each([
    [-5, '0 s'],
    [4999, '4 s'],
    [119_999, '119 s'],
    [120_000, '2 min'],
    [7_200_000, '2 h'],
    [200_000_000, '2 d'],
  ])('writes the age %d ms as %s', (age, text) => {
    expect(formatAge(age)).toBe(text)
  })
})
