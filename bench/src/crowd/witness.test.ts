import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { monotonicUs } from '../harness/monotonic.ts'
import { makeEvent } from '../servers/event.ts'
import { Witness } from './witness.ts'

describe('a witness', () => {
  test('has missed nothing when every number came once and in order', () => {
    const witness = seeing([1, 2, 3])
    expect([witness.received, witness.missedOf([3]), witness.repeated]).toEqual([3, 0, 0])
  })

  test('misses what was left out, at the beginning, between and at the end', () => {
    expect(seeing([2, 5]).missedOf([7])).toBe(1 + 2 + 2)
    expect(seeing([]).missedOf([4])).toBe(4)
  })

  test('counts what comes again or too late, and does not take it for what was missed', () => {
    const witness = seeing([1, 3, 2, 3])
    expect([witness.repeated, witness.missedOf([3])]).toEqual([2, 1])
  })

  test('counts what was left out and what came again of any numbers', () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 60 })
    fc.assert(
      fc.property(numbers, (all) => {
        const witness = seeing(all)
        const inOrder = all.filter((number, index) => all.slice(0, index).every((n) => n < number))
        expect(witness.missedOf([50])).toBe(50 - inOrder.length)
        expect(witness.repeated).toBe(all.length - inOrder.length)
      }),
    )
  })

  test('keeps its channels apart', () => {
    const witness = new Witness(2)
    give(witness, 0, [1, 2])
    give(witness, 1, [1, 3])
    expect(witness.missedOf([2, 3])).toBe(1)
  })

  test('has reached what was expected when the last of its channels has', () => {
    const witness = new Witness(2)
    give(witness, 0, [1])
    witness.expect(2)
    give(witness, 0, [2, 3, 4])
    give(witness, 1, [1])
    expect(witness.reachedUs).toBeNull()
    give(witness, 1, [2])
    expect(witness.reachedUs).toBeLessThanOrEqual(monotonicUs())
    const { reachedUs } = witness
    give(witness, 1, [3])
    expect(witness.reachedUs).toBe(reachedUs)
  })

  test('tells how long an event took from when it was due', () => {
    const latencies: number[] = []
    const witness = new Witness(1, (latencyUs) => latencies.push(latencyUs))
    const { at, seq } = makeEvent(monotonicUs() - 5_000, 1)
    witness.take(0, at, seq)
    expect(latencies[0]).toBeGreaterThanOrEqual(5_000)
  })
})

function seeing(numbers: readonly number[]): Witness {
  const witness = new Witness(1)
  give(witness, 0, numbers)
  return witness
}

function give(witness: Witness, channel: number, numbers: readonly number[]): void {
  for (const number of numbers) {
    const { at, seq } = makeEvent(0, number)
    witness.take(channel, at, seq)
  }
}
