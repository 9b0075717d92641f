import { expect, it } from 'vitest'
import { ServerClock } from './server-clock.ts'

it('takes both clocks to agree until it knows better', () => {
  expect(new ServerClock().at(5000)).toBe(5000)
})

it('trusts the snapshot that travelled fastest', () => {
  const clock = new ServerClock()
  clock.observe(100_000, 40_300)
  clock.observe(101_000, 41_050)
  clock.observe(102_000, 42_900)
  expect(clock.at(50_000)).toBe(109_950)
})

it('starts afresh after a reset', () => {
  const clock = new ServerClock()
  clock.observe(100_000, 0)
  clock.reset()
  clock.observe(1_000, 2_000)
  expect(clock.at(3_000)).toBe(2_000)
})
