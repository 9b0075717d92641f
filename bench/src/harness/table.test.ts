import { expect, test } from 'vitest'
import { ratioGoal } from './scenario.ts'
import { formatNumber, formatTable } from './table.ts'

test('a table aligns names to the left and figures to the right', () => {
  const rows = [
    ['tidewire', 1_234_567],
    ['ws', 4.5678],
  ]
  expect(formatTable(['server', 'rate'], rows).split('\n')).toEqual([
    'server         rate',
    '--------  ---------',
    'tidewire  1,234,567',
    'ws             4.57',
  ])
})

test('a figure that was not measured is a dash', () => {
  expect([Number.NaN, Number.POSITIVE_INFINITY].map(formatNumber)).toEqual(['–', '–'])
})

test('a goal tells the ratio that was reached and whether that is enough', () => {
  const atMost = ratioGoal('cost', { figure: 1, other: 20, atMost: 0.1 })
  expect(atMost).toEqual({ goal: 'cost', reached: '1/20.0', isMet: true })
  const atLeast = ratioGoal('rate', { figure: 30, other: 20, atLeast: 2 })
  expect(atLeast).toEqual({ goal: 'rate', reached: '1.50 ×', isMet: false })
})

test('a goal without the other figure is not met', () => {
  const goal = ratioGoal('rate', { figure: 30, other: Number.NaN, atLeast: 2 })
  expect(goal).toEqual({ goal: 'rate', reached: 'not measured', isMet: false })
})
