import { describe, expect, it } from 'vitest'
import { SharedBudgets } from './shared-budgets.ts'

const rate = { perSecond: 10, burst: 20 }

describe('a shared budget', () => {
  it('is not full again for who leaves it and comes back at once', () => {
    const budgets = new SharedBudgets(rate, Number.POSITIVE_INFINITY)
    const first = budgets.enter('a', 0)
    first?.frames.take(20)
    if (first !== null) budgets.leave(first)
    expect(budgets.enter('a', 0)?.frames.waitMs(1, 0)).toBe(100)
    expect(budgets.enter('b', 0)?.frames.waitMs(20, 0)).toBe(0)
  })

  it('is forgotten once it is full, and not before', () => {
    const budgets = new SharedBudgets(rate, Number.POSITIVE_INFINITY)
    const first = budgets.enter('a', 0)
    first?.frames.waitMs(20, 0)
    first?.frames.take(20)
    if (first !== null) budgets.leave(first)
    budgets.enter('b', 1_999)
    expect(budgets.enter('a', 1_999)).toBe(first)
    if (first !== null) budgets.leave(first)
    budgets.enter('b', 2_000)
    expect(budgets.enter('a', 2_000)).not.toBe(first)
    expect(budgets.size).toBe(2)
  })
})
