// Reads vitest's JSON report and prints the one line that says how many tests
// ran. In CI a test that skipped because something was absent is a failure: the
// machine has, or installs, all of it.
import { readFileSync } from 'node:fs'

const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const skipped = report.numPendingTests + report.numTodoTests
const tests = report.testResults.flatMap((file) => file.assertionResults)
for (const test of tests.filter(({ status }) => status === 'skipped' || status === 'pending')) {
  console.log(`skipped: ${test.fullName}`)
}
const isComplete = skipped === 0 || process.env.CI !== 'true'
if (!isComplete) console.error('in CI nothing may be skipped')
process.exitCode = report.numFailedTests === 0 && report.success && isComplete ? 0 : 1
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`)
