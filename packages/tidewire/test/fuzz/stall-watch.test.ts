import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { StallWatch, stallMs } from './stall-watch.ts'

test('work that holds the event loop up is a stall, for as long as it takes', async () => {
  const told: number[] = []
  const watch = new StallWatch((ms) => told.push(ms))
  watch.start()
  work(2 * stallMs)
  while (told.length === 0) await turn()
  watch.stop()
  expect(told[0]).toBeGreaterThanOrEqual(stallMs)
  expect(watch.takeLongest()).toBe(told[0])
  expect(watch.takeLongest()).toBe(0)
})

test('a process that had to wait for the machine has not stalled', async () => {
  const watch = new StallWatch(() => undefined)
  watch.start()
  // The thread sleeps: time passes, and none of it is used.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * stallMs)
  while (watch.histogram.count === 0) await turn()
  watch.stop()
  expect(watch.takeLongest()).toBeLessThan(stallMs)
})

/** Uses the CPU for so many milliseconds, however long that takes. */
function work(ms: number): void {
  const before = process.cpuUsage()
  for (;;) {
    const { user, system } = process.cpuUsage(before)
    if (user + system > (ms + 5) * 1_000) return
  }
}
