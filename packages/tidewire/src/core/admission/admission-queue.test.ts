import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { AdmissionQueue } from './admission-queue.ts'

let clock: VirtualClock
let loopDelay: { delayMs: number }
let queue: AdmissionQueue

beforeEach(() => {
  clock = new VirtualClock()
  loopDelay = { delayMs: 0 }
  queue = queueOf({})
})

function queueOf(options: { perTurn?: number; maxWaiting?: number }): AdmissionQueue {
  return new AdmissionQueue(clock, {
    loopDelay,
    maxLoopDelayMs: 50,
    perTurn: 2,
    maxWaiting: 3,
    maxWaitMs: 1_000,
    ...options,
  })
}

/** Enters and notes how it went; undefined while it waits. */
function enter(isReturning = false): { answer?: boolean } {
  const newcomer: { answer?: boolean } = {}
  const entered = queue.enter(isReturning)
  if (typeof entered === 'boolean') newcomer.answer = entered
  else
    void entered.then((answer) => {
      newcomer.answer = answer
    })
  return newcomer
}

function answers(newcomers: readonly { answer?: boolean }[]): readonly (boolean | undefined)[] {
  return newcomers.map(({ answer }) => answer)
}

describe('while the loop is on time', () => {
  it('everybody comes in at once, so many a turn', async () => {
    const newcomers = [enter(), enter(), enter()]
    expect(answers(newcomers)).toEqual([true, true, undefined])
    await clock.advance(5)
    expect(answers(newcomers)).toEqual([true, true, true])
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(5)
    expect(clock.pendingTimers).toBe(0)
  })

  it('nobody overtakes those who wait', async () => {
    const first = [enter(), enter(), enter()]
    await clock.advance(0)
    const later = enter()
    expect(later.answer).toBeUndefined()
    await clock.advance(5)
    expect(answers([...first, later])).toEqual([true, true, true, true])
  })
})

describe('while the loop is late', () => {
  beforeEach(() => {
    loopDelay.delayMs = 51
  })

  it('nobody comes in until it is on time again', async () => {
    const newcomer = enter()
    await clock.advance(500)
    expect(newcomer.answer).toBeUndefined()
    loopDelay.delayMs = 50
    await clock.advance(5)
    expect(newcomer.answer).toBe(true)
  })

  it('those that come back go first', async () => {
    queue = queueOf({ perTurn: 1 })
    const [fresh, returning] = [enter(), enter(true)]
    loopDelay.delayMs = 0
    await clock.advance(5)
    expect(answers([fresh, returning])).toEqual([undefined, true])
    await clock.advance(5)
    expect(fresh.answer).toBe(true)
  })

  it('no more wait than may, and one that comes back takes the place of the newest', async () => {
    const waiting = [enter(), enter(), enter()]
    expect(enter().answer).toBe(false)
    const returning = enter(true)
    await clock.advance(0)
    expect(answers([...waiting, returning])).toEqual([undefined, undefined, false, undefined])
    enter(true)
    enter(true)
    expect(enter(true).answer).toBe(false)
    expect(queue.length).toBe(3)
  })

  it('nobody waits for longer than the time for it', async () => {
    const first = enter()
    await clock.advance(600)
    const second = enter(true)
    await clock.advance(399)
    expect(first.answer).toBeUndefined()
    await clock.advance(5)
    expect(answers([first, second])).toEqual([false, undefined])
    await clock.advance(600)
    expect(second.answer).toBe(false)
    expect(queue.length).toBe(0)
    expect(clock.pendingTimers).toBe(0)
  })
})

it('answers everybody once, whatever comes when', async () => {
  const step = fc.record({
    returns: fc.boolean(),
    waitMs: fc.nat({ max: 40 }),
    lateMs: fc.constantFrom(0, 10, 60),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      clock = new VirtualClock()
      queue = queueOf({})
      const newcomers: { answer?: boolean }[] = []
      for (const { returns, waitMs, lateMs } of steps) {
        loopDelay.delayMs = lateMs
        newcomers.push(enter(returns))
        expect(queue.length).toBeLessThanOrEqual(3)
        await clock.advance(waitMs)
      }
      await clock.advance(2_000)
      expect(answers(newcomers)).not.toContain(undefined)
      expect(clock.pendingTimers).toBe(0)
    }),
  )
})
