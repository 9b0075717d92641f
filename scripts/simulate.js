// Runs seeds of the simulation: `npm run simulate -- --seeds 10000`, or one of
// them again, told in full: `npm run simulate -- --seed 4711 --trace`.
import { parseArgs } from 'node:util'
import { MemoryBroker } from '../packages/tidewire/dist/brokers/memory.js'
import { simulate } from '../packages/tidewire/dist/testing/simulation/simulate.js'
import { Tally } from '../packages/tidewire/dist/testing/simulation/tally.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds) : 1

process.on('unhandledRejection', (cause) => {
  console.error(`seed ${seed}: a promise was rejected and nobody looked:`, cause)
  process.exit(1)
})

const makeBroker = (ports) => new MemoryBroker(ports)
const traceLines = values.trace ? Number.POSITIVE_INFINITY : undefined
const tally = new Tally()
const startedAt = performance.now()
let events = 0
let failed = 0
let seed = first
for (; seed < first + count; seed += 1) {
  try {
    const report = await simulate(seed, { makeBroker, traceLines })
    events += report.events
    tally.add(report.tally)
    if (values.trace) console.log(report.trace.join('\n'))
  } catch (failure) {
    failed += 1
    console.error(failure.message)
    if (failed >= 3) break
  }
}

const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
console.log(`${seed - first} seeds, ${events} events, ${failed} failures, ${seconds} s`)
for (const [what, times] of tally.entries) console.log(`${String(times).padStart(10)} ${what}`)
process.exitCode = failed === 0 ? 0 : 1
