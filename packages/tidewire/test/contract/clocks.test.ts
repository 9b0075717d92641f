import { describe, expect, it, vi } from 'vitest'
import { TimerWheel } from '../../src/core/timer-wheel.ts'
import { systemClock } from '../../src/node/system.ts'
import { type ClockUnderTest, clockContract, VirtualClock } from '../../src/testing/index.ts'

describe('VirtualClock', () => {
  for (const { name, run } of clockContract(virtualClock)) it(name, run)

  it('runs timers at their time and in their order, however they were asked for', async () => {
    const clock = new VirtualClock(0)
    const ran: string[] = []
    for (const at of [30, 10, 20, 10]) clock.after(at, () => ran.push(`${at} at ${clock.now()}`))
    await clock.advance(25)
    expect(ran).toEqual(['10 at 10', '10 at 10', '20 at 20'])
    expect([clock.now(), clock.pendingTimers]).toEqual([25, 1])
  })

  it('lets promises settle between two timers', async () => {
    const clock = new VirtualClock()
    const ran: string[] = []
    clock.after(1, () => {
      Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => ran.push('promise'))
        .catch(() => ran.push('never'))
    })
    clock.after(1, () => ran.push('timer'))
    await clock.advance(1)
    expect(ran).toEqual(['promise', 'timer'])
  })

  it('tells of a callback that threw when all have run', async () => {
    const clock = new VirtualClock()
    const ran: string[] = []
    clock.after(1, () => {
      throw new Error('one')
    })
    clock.after(1, () => ran.push('two'))
    await expect(clock.advance(1)).rejects.toMatchObject({ errors: [new Error('one')] })
    expect([ran, clock.pendingTimers]).toEqual([['two'], 0])
  })
})

describe('TimerWheel', () => {
  for (const { name, run } of clockContract(timerWheel)) it(name, run)

  it('runs the other timers when one throws', async () => {
    const clock = new VirtualClock()
    const wheel = new TimerWheel(clock)
    const ran: string[] = []
    wheel.after(1, () => {
      throw new Error('one')
    })
    wheel.after(1, () => ran.push('two'))
    await clock.advance(1_000).catch(() => ran.push('told'))
    expect(ran).toEqual(['two', 'told'])
  })
})

describe('the clock of the machine', () => {
  for (const { name, run } of clockContract(machineClock)) it(name, run)

  it('waits longer than a timer of the machine can', async () => {
    const ran: string[] = []
    const cancel = systemClock.after(2 ** 31, () => ran.push('in a month'))
    await new Promise<void>((resolve) => {
      systemClock.after(20, resolve)
    })
    cancel()
    expect(ran).toEqual([])
  })
})

describe('importing `tidewire/testing`', () => {
  it('starts no timer', async () => {
    vi.useFakeTimers()
    vi.resetModules()
    await import('../../src/testing/index.ts')
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })
})

function virtualClock(): ClockUnderTest {
  const clock = new VirtualClock()
  return { clock, passTime: (ms) => clock.advance(ms) }
}

function timerWheel(): ClockUnderTest {
  const clock = new VirtualClock()
  const wheel = new TimerWheel(clock, { tickMs: 20 })
  return { clock: wheel, passTime: (ms) => clock.advance(ms) }
}

function machineClock(): ClockUnderTest {
  return {
    clock: systemClock,
    passTime: (ms) =>
      new Promise((resolve) => {
        setTimeout(resolve, ms)
      }),
  }
}
