/**
 * What tests need from the machine: a browser, a Redis, a proxy, a `logger`.
 *
 * Without it a test is skipped with a printed reason; in CI that is a failure.
 */

/** Passes `isPresent` on; says what is missing when it is false, and throws in CI. */
export function isProvided(isPresent: boolean, reason: string): boolean {
  if (isPresent) return true
  if (process.env['CI'] !== undefined) throw new Error(reason)
  process.stderr.write(`skipped: ${reason}\n`)
  return false
}
