import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeMachine } from './machine.ts'
import type { Effort, Scenario, ScenarioResult } from './scenario.ts'
import { formatTable } from './table.ts'

/** Prints what a scenario found. */
export function printResult({ name, title }: Scenario, result: ScenarioResult): void {
  console.log(`\n## ${name}: ${title}\n`)
  console.log(formatTable(result.columns, result.rows))
  for (const note of result.notes ?? []) console.log(`  ${note}`)
  for (const { goal, reached, isMet } of result.goals) {
    console.log(`  goal: ${goal} — ${reached}, ${isMet ? 'met' : 'not met'}`)
  }
}

/** Writes all results with versions and machine; answers where. */
export function writeReport(effort: Effort, results: ReadonlyMap<string, ScenarioResult>): string {
  mkdirSync(folder, { recursive: true })
  const date = new Date().toISOString()
  const report = {
    date,
    effort,
    machine: describeMachine(),
    scenarios: Object.fromEntries(results),
  }
  const text = `${JSON.stringify(report, null, 2)}\n`
  const path = fileURLToPath(new URL(`${date.replaceAll(':', '')}.json`, folder))
  writeFileSync(path, text)
  writeFileSync(new URL('latest.json', folder), text)
  return path
}

const folder = new URL('../../../.artifacts/bench/', import.meta.url)
