import { describe, expect, test } from 'vitest'
import { NumberCheck } from './number-check.ts'

function check(...taken: readonly unknown[]): NumberCheck {
  const numbers = new NumberCheck()
  for (const one of taken) numbers.take(one)
  return numbers
}

describe('a witness', () => {
  test('is content with one number after the other, wherever they begin', () => {
    expect(check(7, 8, 9)).toMatchObject({ failure: null, received: 3, told: 0, newest: 9 })
  })

  test.each([
    ['one that is missing', [1, 2, 4], 'got 4, and 3 is next'],
    ['one that comes twice', [1, 2, 2], 'got 2, and 3 is next'],
    ['two that have changed places', [1, 3, 2], 'got 3, and 2 is next'],
    ['what is no number', [1, 'two'], 'got two, and 2 is next'],
  ])('sees %s', (_, taken, failure) => {
    expect(check(...taken).failure).toBe(failure)
  })

  test('accepts what was told to be missing, and counts it', () => {
    const numbers = check(1, 2)
    numbers.skipTo(5)
    numbers.take(6)
    expect(numbers).toMatchObject({ failure: null, received: 3, told: 3, newest: 6 })
  })

  test('does not accept a gap that does not say enough', () => {
    const numbers = check(1, 2)
    numbers.skipTo(4)
    numbers.take(6)
    expect(numbers.failure).toBe('got 6, and 5 is next')
  })

  test('does not accept a gap over what it has got', () => {
    const numbers = check(1, 2, 3)
    numbers.skipTo(1)
    expect(numbers.failure).toMatch(/told that it has missed up to 1/)
  })

  test('remembers what went wrong first', () => {
    expect(check(1, 3, 9).failure).toBe('got 3, and 2 is next')
  })
})
