/**
 * Builds the page from its sources, once before all tests that look at it: a
 * build empties the folder that a server of another test serves.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const application = fileURLToPath(new URL('../../', import.meta.url))

/** Run by the test runner, in its own process. */
export async function setup(): Promise<void> {
  // Not the `test` of the test runner: that would be another page.
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: application, env })
}
