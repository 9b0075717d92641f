// Runs a server under mixed load for a long time and judges what it keeps:
// `npm run soak -- --minutes 30 --seed 1`. With `--plant kept-connections` the
// server has a fault, to see what is said of it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { reportText } from '../.artifacts/soak/soak/report.js'
import { soak } from '../.artifacts/soak/soak/soak.js'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string' },
    plant: { type: 'string' },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const minutes = Number(values.minutes)
if (!Number.isSafeInteger(seed) || !(minutes > 0))
  throw new TypeError('seed and minutes are numbers')

console.log(`seed ${seed}, ${minutes} min`)
const report = await soak({
  seed,
  durationMs: minutes * 60_000,
  plant: values.plant,
  onProgress: (line) => console.log(line),
})
console.log(`\n${reportText(report)}\n`)

mkdirSync('.artifacts/soak/reports', { recursive: true })
const file = `.artifacts/soak/reports/${new Date().toISOString()}.json`
writeFileSync(file, JSON.stringify({ seed, minutes, plant: values.plant, ...report }, null, 1))
console.log(`figures: ${file}`)

for (const failure of report.failures) console.error(`seed ${seed}: ${failure}`)
console.log(report.failures.length === 0 ? 'all is well' : `${report.failures.length} failures`)
process.exitCode = report.failures.length === 0 ? 0 : 1
