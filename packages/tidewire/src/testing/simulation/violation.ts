/**
 * Something that was promised and did not happen: what a simulation looks for.
 */
class Violation extends Error {
  override readonly name = 'Violation'
}

/**
 * Ends the run unless a promise was kept.
 *
 * @throws Violation
 */
export function promise(isKept: boolean, what: string): asserts isKept {
  if (!isKept) throw new Violation(what)
}
