import fc from 'fast-check'
import { expect, it } from 'vitest'
import { arcLifeMs, flightMs, flyingMoment, stillMoment } from './arc-motion.ts'

const lifetime = fc.double({ min: 0, max: arcLifeMs, noNaN: true, maxExcluded: true })

it('starts at the attacker and reaches the victim at the end of its flight', () => {
  expect(flyingMoment(0)).toMatchObject({ tail: 0, head: 0, impact: 0 })
  expect(flyingMoment(flightMs)).toMatchObject({ head: 1 })
  expect(flyingMoment(arcLifeMs)).toMatchObject({ tail: 1, head: 1, impact: 1 })
})

it('never flies backwards', () => {
  fc.assert(
    fc.property(lifetime, lifetime, (one, other) => {
      const earlier = flyingMoment(Math.min(one, other))
      const later = flyingMoment(Math.max(one, other))
      expect(later.head).toBeGreaterThanOrEqual(earlier.head)
      expect(later.tail).toBeGreaterThanOrEqual(earlier.tail - 1e-9)
      expect(later.head).toBeGreaterThanOrEqual(later.tail)
    }),
  )
})

it('stands still from end to end when motion is reduced', () => {
  fc.assert(
    fc.property(lifetime, (elapsed) => {
      const { head, tail, impact, opacity } = stillMoment(elapsed)
      expect({ head, tail, impact }).toEqual({ head: 1, tail: 0, impact: 0.35 })
      expect(opacity).toBeGreaterThanOrEqual(0)
      expect(opacity).toBeLessThanOrEqual(1)
    }),
  )
})
