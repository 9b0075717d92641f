import fc from 'fast-check'
import { expect, it } from 'vitest'
import { takeOffDelayMs } from './pacing.ts'

it('spreads live attacks over one batch window', () => {
  expect(takeOffDelayMs(0, 0)).toBe(0)
  expect(takeOffDelayMs(120, 0.5)).toBe(50)
})

it('does not draw attacks from minutes ago', () => {
  expect(takeOffDelayMs(60_000, 0)).toBeNull()
})

it('draws the last seconds of history in the order they happened', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1500, max: 6000, noNaN: true }),
      fc.double({ min: 1500, max: 6000, noNaN: true }),
      (one, other) => {
        const older = takeOffDelayMs(Math.max(one, other), 0)
        const newer = takeOffDelayMs(Math.min(one, other), 0)
        expect(older).not.toBeNull()
        expect(older ?? 0).toBeLessThanOrEqual(newer ?? 0)
      },
    ),
  )
})

it('never asks for a wait below zero', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (age, chance) => {
        expect(takeOffDelayMs(age, chance) ?? 0).toBeGreaterThanOrEqual(0)
      },
    ),
  )
})
