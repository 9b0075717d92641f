import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../testing/virtual-clock.ts'
import type { Clock } from './ports/clock.ts'
import { TimerWheel } from './timer-wheel.ts'

const tickMs = 50

/** A clock whose timers come late, as those of a busy machine do. */
class LateClock extends VirtualClock {
  readonly #lateMs: number

  constructor(lateMs: number) {
    super()
    this.#lateMs = lateMs
  }

  override after(delayMs: number, callback: () => void): () => void {
    return super.after(delayMs === 0 ? 0 : delayMs + this.#lateMs, callback)
  }

  /** What the test itself does, which is never late. */
  atOnce(delayMs: number, act: () => void): void {
    super.after(delayMs, act)
  }
}

const timers = fc.array(
  fc.record({
    startMs: fc.nat(600),
    delayMs: fc.nat(2_000),
    cancelAfterMs: fc.option(fc.nat(2_500)),
  }),
  { minLength: 1, maxLength: 25 },
)

interface Planned {
  readonly startMs: number
  readonly delayMs: number
  readonly cancelAfterMs: number | null
}

/** Carries a plan out; answers how many ms after its start each timer ran, however often. */
async function carryOut(plan: readonly Planned[], clock: LateClock): Promise<readonly number[][]> {
  // Four slots, so that timers of several rounds meet in one.
  const wheel = new TimerWheel(clock, { tickMs, slots: 4 })
  const start = clock.now()
  const runs = plan.map(({ startMs, delayMs, cancelAfterMs }) => {
    const ran: number[] = []
    clock.atOnce(startMs, () => {
      const cancel = wheel.after(delayMs, () => ran.push(clock.now() - start - startMs))
      if (cancelAfterMs !== null) clock.atOnce(cancelAfterMs, cancel)
    })
    return ran
  })
  await clock.advance(6_000)
  expect(clock.pendingTimers).toBe(0)
  return runs
}

describe('TimerWheel', () => {
  it('runs a timer once, never early and at most a tick late', async () => {
    await fc.assert(
      fc.asyncProperty(timers, fc.nat(20), async (plan, lateMs) => {
        const uncancelled = plan.map((timer) => ({ ...timer, cancelAfterMs: null }))
        const runs = await carryOut(uncancelled, new LateClock(lateMs))
        for (const [index, { delayMs }] of plan.entries()) {
          expect(runs[index]?.length).toBe(1)
          expect(runs[index]?.[0]).toBeGreaterThanOrEqual(delayMs)
          expect(runs[index]?.[0]).toBeLessThanOrEqual(delayMs + tickMs + lateMs)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('never runs a timer that was cancelled, and all others', async () => {
    await fc.assert(
      fc.asyncProperty(timers, async (plan) => {
        const runs = await carryOut(plan, new LateClock(0))
        for (const [index, { delayMs, cancelAfterMs }] of plan.entries()) {
          const ran = runs[index]?.length
          if (cancelAfterMs === null || cancelAfterMs > delayMs + tickMs) expect(ran).toBe(1)
          else if (cancelAfterMs < delayMs) expect(ran).toBe(0)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('stops turning when nothing waits on it', async () => {
    const clock = new VirtualClock()
    const wheel = new TimerWheel(clock, { tickMs })
    expect(clock.pendingTimers).toBe(0)
    wheel.after(3 * tickMs, () => undefined)
    const cancel = wheel.after(tickMs, () => undefined)
    cancel()
    cancel()
    await clock.advance(5 * tickMs)
    expect(clock.pendingTimers).toBe(0)
  })

  it('stops turning when everything was cancelled, and starts again', async () => {
    const clock = new VirtualClock()
    const wheel = new TimerWheel(clock, { tickMs })
    for (const cancel of [1, 2, 3].map(() => wheel.after(9 * tickMs, () => undefined))) cancel()
    await clock.advance(2 * tickMs)
    expect(clock.pendingTimers).toBe(0)
    let ran = 0
    wheel.after(tickMs, () => {
      ran += 1
    })
    await clock.advance(2 * tickMs)
    expect(ran).toBe(1)
  })

  it('costs one timer of the machine, however many wait', () => {
    const clock = new VirtualClock()
    const wheel = new TimerWheel(clock)
    for (let index = 0; index < 10_000; index += 1) wheel.after(index, () => undefined)
    expect(clock.pendingTimers).toBe(1)
  })

  it('makes up for ticks it slept through, in their order', async () => {
    const clock = new VirtualClock()
    let turn: () => void = () => undefined
    const asleep: Clock = {
      now: () => clock.now(),
      elapsedMs: () => clock.elapsedMs(),
      soon: (callback) => clock.soon(callback),
      after: (_delayMs, callback) => {
        turn = callback
        return () => undefined
      },
    }
    const wheel = new TimerWheel(asleep, { tickMs, slots: 4 })
    const ran: number[] = []
    for (const delayMs of [9, 2, 6, 30]) wheel.after(delayMs * tickMs, () => ran.push(delayMs))
    await clock.advance(20 * tickMs)
    turn()
    await clock.advance(0)
    expect(ran).toEqual([2, 6, 9])
  })

  it('does not run a timer that another one due at the same time has cancelled', async () => {
    const clock = new VirtualClock()
    const wheel = new TimerWheel(clock, { tickMs })
    let cancelSecond: () => void = () => undefined
    let ran = 0
    wheel.after(tickMs, () => cancelSecond())
    cancelSecond = wheel.after(tickMs, () => {
      ran += 1
    })
    await clock.advance(3 * tickMs)
    expect(ran).toBe(0)
  })
})
