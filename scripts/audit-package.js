/**
 * Audits what the published package brings along: fails on a known
 * vulnerability, and says so where the registry offers no advisories.
 */
import { spawnSync } from 'node:child_process'

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--workspace', 'tidewire', '--json'], {
  encoding: 'utf8',
})
const report = parsed(stdout)

if (report?.metadata?.vulnerabilities === undefined) {
  console.log('not audited: this registry offers no advisories')
} else if (report.metadata.vulnerabilities.total === 0) {
  console.log('no known vulnerability')
} else {
  for (const [name, { severity }] of Object.entries(report.vulnerabilities)) {
    console.error(`${name}: ${severity}; run npm audit --omit=dev --workspace tidewire`)
  }
  process.exitCode = 1
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
