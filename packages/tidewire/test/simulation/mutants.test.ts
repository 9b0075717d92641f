import { describe, expect, it } from 'vitest'
import { hunt } from './mutant.ts'
import { mutants } from './mutants.ts'

const maxSeeds = 500

describe('the simulation of the product as it is, loaded like a mutant', () => {
  it('finds nothing', { timeout: 60_000 }, async () => {
    const asItIs = 'if (this.#due.has(channel)) return'
    const mutant = { name: 'none', file: 'core/pump.ts', line: asItIs, becomes: asItIs }
    expect(await hunt(mutant, 30)).toBeNull()
  })
})

/** Proves the checker: what would have gone wrong unnoticed without it. */
describe('the simulation finds the bug that', () => {
  for (const mutant of mutants) {
    it(`${mutant.name}`, { timeout: 120_000 }, async () => {
      const failure = await hunt(mutant, maxSeeds)
      expect(failure?.name).toBe('SimulationFailure')
    })
  }
})
