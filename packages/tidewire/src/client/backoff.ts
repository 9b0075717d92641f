/**
 * How long to wait before the next attempt: full jitter over a range that
 * doubles, so that ten thousand clients which lost their server in the same
 * moment do not come back in the same moment.
 */
export interface BackoffOptions {
  /** No delay is shorter, in ms. */
  readonly minDelayMs: number
  /** No delay is longer, in ms, unless the minimum is. */
  readonly maxDelayMs: number
}

/**
 * Uniform between the minimum and a ceiling: four times the minimum before
 * attempt 1, twice as much with every further attempt, the maximum at last.
 *
 * @param attempt which attempt the delay comes before, from 1
 * @param random 0 up to, but not, 1
 */
export function backoffDelay(
  attempt: number,
  { minDelayMs, maxDelayMs }: BackoffOptions,
  random: number,
): number {
  const ceiling = Math.min(maxDelayMs, minDelayMs * 2 ** (attempt + 1))
  return Math.round(minDelayMs + random * Math.max(0, ceiling - minDelayMs))
}
