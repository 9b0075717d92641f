import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Reachability } from './reachability.ts'

let reachability: Reachability

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
  reachability = new Reachability()
})

afterEach(() => vi.useRealTimers())

test('a client that has not begun is not without anything yet', () => {
  vi.advanceTimersByTime(50)
  expect([reachability.isReachable, reachability.withoutMs]).toEqual([false, 0])
})

test('one connection that takes over before the other leaves is no loss', () => {
  reachability.gain()
  vi.advanceTimersByTime(10)
  reachability.gain()
  reachability.lose()
  vi.advanceTimersByTime(10)
  expect([reachability.isReachable, reachability.withoutMs]).toEqual([true, 0])
})

test('the time without any adds up, and goes on while there is none', () => {
  reachability.gain()
  reachability.lose()
  vi.advanceTimersByTime(30)
  reachability.gain()
  vi.advanceTimersByTime(100)
  expect(reachability.withoutMs).toBeCloseTo(30)
  reachability.lose()
  vi.advanceTimersByTime(5)
  expect([reachability.isReachable, Math.round(reachability.withoutMs)]).toEqual([false, 35])
})
