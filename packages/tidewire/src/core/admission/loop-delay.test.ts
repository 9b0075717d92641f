import { expect, it } from 'vitest'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { LoopDelay } from './loop-delay.ts'

/** A clock whose timers come late when a test says so. */
class LateClock extends VirtualClock {
  #lateMs = 0

  override elapsedMs(): number {
    return super.elapsedMs() + this.#lateMs
  }

  beLate(ms: number): void {
    this.#lateMs += ms
  }
}

it('is nothing while turns come when they were asked for', async () => {
  const clock = new LateClock()
  const delay = new LoopDelay(clock)
  delay.start()
  await clock.advance(1_000)
  expect(delay.delayMs).toBe(0)
  delay.stop()
  expect(clock.pendingTimers).toBe(0)
})

it('is how late a turn came, and fades', async () => {
  const clock = new LateClock()
  const delay = new LoopDelay(clock)
  delay.start()
  clock.beLate(80)
  await clock.advance(25)
  expect(delay.delayMs).toBe(80)
  await clock.advance(25)
  expect(delay.delayMs).toBe(40)
  await clock.advance(250)
  expect(delay.delayMs).toBeLessThan(0.1)
  delay.stop()
})

it('is seen before the late turn has come', () => {
  const clock = new LateClock()
  const delay = new LoopDelay(clock)
  delay.start()
  clock.beLate(125)
  expect(delay.delayMs).toBe(100)
  delay.stop()
})

it('is nothing when nobody watches, and starting twice watches once', () => {
  const clock = new LateClock()
  const delay = new LoopDelay(clock)
  clock.beLate(500)
  expect(delay.delayMs).toBe(0)
  delay.start()
  delay.start()
  expect(clock.pendingTimers).toBe(1)
  delay.stop()
})
