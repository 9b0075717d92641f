import { expect, it } from 'vitest'
import { displayTokenOf } from './display-token.ts'

it.each([
  ['', null],
  ['#', null],
  ['#events', null],
  ['#display=', null],
  ['#display=amd_abc-_1', 'amd_abc-_1'],
  ['#wall&display=amd_x', 'amd_x'],
])('%j holds %j', (hash, token) => {
  expect(displayTokenOf(hash)).toBe(token)
})
