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

const advice: ReadonlyMap<number, ReconnectAdvice> = new Map([
  ...[1000, 1002, 1003, 1007, 1009, 4001, 4006].map((code) => [code, 'never'] as const),
  [4003, 'fresh-token-once'],
  [4005, 'fresh-token'],
  [4008, 'slow-backoff'],
  [4012, 'slow-backoff'],
])

/** The advice for a close code; an unknown one (1005, 1006, a proxy's) is a lost connection: `backoff`. */
export function reconnectAdvice(code: number): ReconnectAdvice {
  return advice.get(code) ?? 'backoff'
}
