import assert from 'node:assert/strict'
import type { Clock } from '../core/ports/clock.ts'
import type { ContractCase } from './contract-case.ts'

/** A clock, and how to wait until its time has passed. Made new for every case. */
export interface ClockUnderTest {
  readonly clock: Clock

  /** Waits, or moves the clock, by about `ms`. Must not fail because a callback did. */
  passTime(ms: number): Promise<void>
}

/** What the comment of `Clock` promises, as cases for any test runner. */
export function* clockContract(make: () => ClockUnderTest): Generator<ContractCase> {
  for (const { name, check } of cases) yield { name, run: () => check(make()) }
}

interface ClockCase {
  readonly name: string
  check(subject: ClockUnderTest): Promise<void>
}

const cases: readonly ClockCase[] = [
  {
    name: 'runs a timer once, and never early',
    async check(subject) {
      const { clock } = subject
      const startedAt = clock.elapsedMs()
      const ranAfter: number[] = []
      const ran: string[] = []
      clock.after(30, () => ranAfter.push(clock.elapsedMs() - startedAt))
      clock.after(90, () => ran.push('later'))
      await eventually(subject, () => ran.length > 0)
      assert.equal(ranAfter.length, 1)
      // A machine counts whole milliseconds for its timers, and fractions here.
      assert.ok((ranAfter[0] ?? 0) > 30 - 1, `ran after ${ranAfter[0]} ms`)
    },
  },
  {
    name: 'runs nothing inside the call that asked for it',
    async check(subject) {
      const { clock } = subject
      const ran: string[] = []
      clock.soon(() => ran.push('soon'))
      clock.after(0, () => ran.push('after 0'))
      clock.after(-5, () => ran.push('after -5'))
      assert.deepEqual(ran, [])
      await eventually(subject, () => ran.length === 3)
    },
  },
  {
    name: 'runs timers that are due at the same time in the order they were asked for',
    async check(subject) {
      const ran: number[] = []
      const asked = Array.from({ length: 20 }, (_, index) => index)
      for (const index of asked) subject.clock.after(10, () => ran.push(index))
      await eventually(subject, () => ran.length === asked.length)
      assert.deepEqual(ran, asked)
    },
  },
  {
    name: 'does not run what was cancelled, and takes a second cancel for none',
    async check(subject) {
      const { clock } = subject
      const ran: string[] = []
      const cancel = clock.after(10, () => ran.push('cancelled'))
      const cancelLate = clock.after(10, () => ran.push('kept'))
      clock.after(60, () => ran.push('later'))
      cancel()
      cancel()
      await eventually(subject, () => ran.includes('later'))
      cancelLate()
      assert.deepEqual(ran, ['kept', 'later'])
    },
  },
  {
    name: 'runs what a callback asks for',
    async check(subject) {
      const { clock } = subject
      const ran: string[] = []
      clock.after(5, () => clock.soon(() => ran.push('soon')))
      clock.after(5, () => clock.after(5, () => ran.push('after')))
      await eventually(subject, () => ran.length === 2)
      assert.deepEqual(new Set(ran), new Set(['soon', 'after']))
    },
  },
  {
    name: 'measures the time that passes',
    async check(subject) {
      const { clock } = subject
      const elapsed = clock.elapsedMs()
      await eventually(subject, () => clock.elapsedMs() - elapsed >= 20)
      assert.ok(clock.now() > 0)
    },
  },
]

async function eventually(subject: ClockUnderTest, holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 5) {
    assert.ok(waitedMs < 5_000, 'what the clock was asked for did not happen')
    await subject.passTime(5)
  }
}
