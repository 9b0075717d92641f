/**
 * What these tests need from the machine: a browser, a `logger`.
 *
 * Without it a test is skipped with a printed reason; in CI that is a failure.
 */

/** Passes `present` on; says what is missing when it is false, and throws in CI. */
export function isProvided(present: boolean, reason: string): boolean {
  if (present) return true
  if (process.env['CI'] !== undefined) throw new Error(reason)
  console.log(`skipped: ${reason}`)
  return false
}
