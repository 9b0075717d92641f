import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { PassBudget } from './pass-budget.ts'

let budget: PassBudget

beforeEach(() => {
  budget = new PassBudget({ share: 0.1, heldMs: 4, longestRestMs: 40 })
})

describe('a budget of passes', () => {
  it('asks for no rest while there is something in hand', () => {
    expect(budget.spend(0, 1)).toBe(0)
    expect(budget.spend(1, 4)).toBe(0)
  })

  it('asks for as much rest as earns what was spent beyond it', () => {
    // 4 in hand, 6 spent: 2 short, at a tenth.
    expect(budget.spend(0, 6)).toBeCloseTo(20)
  })

  it('has earned a debt when the rest it asked for is over', () => {
    const restMs = budget.spend(0, 6)
    expect(budget.spend(6 + restMs, 6 + restMs + 1)).toBeCloseTo(10)
  })

  it('holds no more than it may, however long nothing happens', () => {
    expect(budget.spend(3_600_000, 3_600_004)).toBe(0)
    expect(budget.spend(3_600_004, 3_600_005)).toBeCloseTo(10)
  })

  it('asks for no longer rest than allowed', () => {
    expect(budget.spend(0, 1_000)).toBeCloseTo(40)
  })

  it('forgives the debt that no rest is long enough for', () => {
    budget.spend(0, 1_000)
    expect(budget.spend(1_040, 1_040)).toBeCloseTo(0)
  })

  it('fills up in the same time whatever was spent before', () => {
    budget.spend(0, 1_000)
    expect(budget.spend(1_080, 1_084)).toBe(0)
  })

  it('never delays who stays below the share', () => {
    // 60 events a second to 100 readers.
    for (let at = 0; at < 10_000; at += 1_000 / 60) expect(budget.spend(at, at + 1)).toBe(0)
  })
})

describe('under load', () => {
  const passes = fc.array(fc.double({ min: 0.1, max: 3, noNaN: true }), { minLength: 50 })

  it('passes take the share of what is rested, when each begins after the rest', () => {
    fc.assert(
      fc.property(passes, (all) => {
        const fresh = new PassBudget({ share: 0.1, heldMs: 4, longestRestMs: 40 })
        let at = 0
        let restedMs = 0
        for (const passMs of all) {
          const restMs = fresh.spend(at, at + passMs)
          at += passMs + restMs
          restedMs += restMs
        }
        const spentMs = all.reduce((sum, passMs) => sum + passMs)
        // What it held at first comes on top, once.
        expect(spentMs).toBeCloseTo(0.1 * restedMs + 4)
      }),
      { numRuns: 50 },
    )
  })
})
