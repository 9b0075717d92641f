// Attacks a real server with mutated handshakes, frames, requests and bytes:
// `npm run fuzz -- --minutes 10`. A seed replays a run, and with a case one
// connection of it: `npm run fuzz -- --seed 4711 --case 230`. `--surface http`
// attacks plain HTTP alone, `--surface frames` WebSocket alone.
import { parseArgs } from 'node:util'
import { fuzz } from '../.artifacts/fuzz/fuzz/fuzz.js'
import { caseOf, describeCase } from '../.artifacts/fuzz/fuzz/fuzz-case.js'
import { kills, stalls } from '../.artifacts/fuzz/fuzz/suspects.js'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    case: { type: 'string' },
    surface: { type: 'string', default: 'all' },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const minutes = Number(values.minutes)
if (!Number.isSafeInteger(seed) || !(minutes > 0))
  throw new TypeError('seed and minutes are numbers')
const { surface } = values
if (!['all', 'http', 'frames'].includes(surface))
  throw new TypeError('surface is all, http or frames')

if (values.case === undefined) await run()
else await replay(caseOf(seed, Number(values.case), surface))

async function run() {
  console.log(`seed ${seed}, ${minutes} min`)
  const { cases, failures, stallCount } = await fuzz({
    seed,
    durationMs: minutes * 60_000,
    surface,
    onProgress: (line) => console.log(line),
  })
  for (const failure of failures) console.error(`seed ${seed}: ${failure}`)
  const perSecond = Math.round(cases / minutes / 60)
  console.log(
    `${cases} cases (${perSecond}/s), ${failures.length} failures, ${stallCount} stalls of 50 ms`,
  )
  process.exitCode = failures.length === 0 ? 0 : 1
}

async function replay(fuzzCase) {
  console.log(describeCase(fuzzCase))
  const isDeadly = await kills(fuzzCase)
  console.log(isDeadly ? 'the server does not survive it' : 'the server survives it')
  const isSlow = !isDeadly && (await stalls(fuzzCase))
  if (isSlow) console.log('it holds the event loop up')
  process.exitCode = isDeadly || isSlow ? 1 : 0
}
