import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { backgroundClock, systemClock } from './system.ts'

it.each([
  ['the clock', systemClock],
  ['the clock in the background', backgroundClock],
])('%s takes every delay without a warning, the longest for long', async (_, clock) => {
  const warnings: string[] = []
  const listen = ({ name }: Error) => warnings.push(name)
  process.on('warning', listen)
  const called: number[] = []
  const past = new Promise<void>((resolve) => clock.after(-5, resolve))
  const cancel = clock.after(2 ** 40, () => called.push(1))
  await past
  // Warnings are told a turn later.
  await setImmediate()
  cancel()
  process.off('warning', listen)
  expect([warnings, called]).toEqual([[], []])
})
