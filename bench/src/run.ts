import { parseArgs } from 'node:util'
import { cores } from './harness/cores.ts'
import { printResult, writeReport } from './harness/report.ts'
import { extraServerArguments } from './harness/run.ts'
import type { ScenarioResult } from './harness/scenario.ts'
import { scenarios } from './scenarios/all.ts'

/**
 * `npm run bench`: runs the scenarios, prints a table for each and writes the
 * JSON. See docs/benchmarks.md.
 */
const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    profile: { type: 'string' },
  },
})

const effort = values.full ? 'full' : 'short'
const chosen = scenarios.filter(
  ({ name, isFullOnly = false }) => values.only?.includes(name) ?? (values.full || !isFullOnly),
)
if (chosen.length === 0) {
  console.error(`no such scenario; there are ${scenarios.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}
if (values.profile !== undefined) {
  extraServerArguments.push('--cpu-prof', `--cpu-prof-dir=${values.profile}`)
}
if (cores.server === null) console.log('not pinned: figures vary more (taskset, two cores)')

const results = new Map<string, ScenarioResult>()
for (const scenario of chosen) {
  // One scenario that breaks must not cost the results of the others.
  try {
    const result = await scenario.run(effort)
    results.set(scenario.name, result)
    printResult(scenario, result)
  } catch (cause) {
    console.error(`\n## ${scenario.name} failed:`, cause)
    process.exitCode = 1
  }
}
console.log(`\nwritten to ${writeReport(effort, results)}`)
