import { describe, expect, it } from 'vitest'
import { hunt } from './mutant.ts'
import { mutants } from './mutants.ts'

const maxSeeds = 500

/** Proves the checker: what would have gone wrong unnoticed without it. */
describe('the simulation finds the bug that', () => {
  for (const mutant of mutants) {
    it(`${mutant.name}`, { timeout: 120_000 }, async () => {
      const failure = await hunt(mutant, maxSeeds)
      expect(failure?.name).toBe('SimulationFailure')
    })
  }
})
