import { describe, expect, it } from 'vitest'
import { MemoryBroker } from '../../src/brokers/memory.ts'
import { simulate } from '../../src/testing/simulation/simulate.ts'
import { Tally } from '../../src/testing/simulation/tally.ts'

const seedsATest = 50
const tally = new Tally()

/** Any failure is replayed with `npm run simulate -- --seed <n> --trace`. */
describe('the simulation', () => {
  const firstSeeds = Array.from({ length: 10 }, (_, index) => 1 + index * seedsATest)

  it.each(firstSeeds)(
    'keeps every promise in 50 runs from seed %i on',
    async (first) => {
      for (let seed = first; seed < first + seedsATest; seed += 1) {
        const report = await simulate(seed, { makeBroker: (ports) => new MemoryBroker(ports) })
        tally.add(report.tally)
      }
    },
    60_000,
  )

  it.each([
    'client handed over',
    'client waiting',
    'gap EPOCH_CHANGED',
    'gap HISTORY_TRIMMED',
    'gap NO_HISTORY',
    'gap SLOW_READER',
    'recovered',
    'too slow',
  ])('has seen: %s', (what) => {
    expect(tally.of(what)).toBeGreaterThan(0)
  })

  it('tells the same story for the same seed', async () => {
    const tell = async () => {
      const options = { makeBroker: (ports: Ports) => new MemoryBroker(ports), traceLines: 10_000 }
      return (await simulate(7, options)).trace
    }
    const story = await tell()
    expect(story.length).toBeGreaterThan(20)
    expect(await tell()).toEqual(story)
  })
})

type Ports = ConstructorParameters<typeof MemoryBroker>[0]
