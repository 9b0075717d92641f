import { MemoryBroker } from '../../src/brokers/memory.ts'
import { simulate } from '../../src/testing/simulation/simulate.ts'

/** One run, loaded with whatever bug the loader puts in. */
export async function run(seed: number): Promise<void> {
  await simulate(seed, { makeBroker: (ports) => new MemoryBroker(ports) })
}
