/**
 * What a client does after a close, by code.
 *
 * The advice of the close code table (`close-codes.ts`) without its names and
 * sentences, because a client carries it into every page. A test holds the two
 * together.
 *
 * `never` the same attempt would fail again · `backoff` yes, after a growing
 * random delay · `slow-backoff` yes, but the first delay is 5 s ·
 * `fresh-token` yes, with a new token · `fresh-token-once` the same, one time.
 */
export type ReconnectAdvice =
  | 'never'
  | 'backoff'
  | 'slow-backoff'
  | 'fresh-token'
  | 'fresh-token-once'

const never: readonly number[] = [1000, 1002, 1003, 1007, 1009, 4001, 4006]

/** The advice for a close code; an unknown one (1005, 1006, a proxy's) is a lost connection: `backoff`. */
export function reconnectAdvice(code: number): ReconnectAdvice {
  if (never.includes(code)) return 'never'
  if (code === 4003) return 'fresh-token-once'
  if (code === 4005) return 'fresh-token'
  return code === 4008 || code === 4012 ? 'slow-backoff' : 'backoff'
}
