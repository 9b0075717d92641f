import { type BackoffOptions, backoffDelay } from './backoff.ts'

/**
 * Whether, and when, a lost connection is tried again: the advice of the close
 * code table turned into a delay. Pure.
 *
 * Knows the codes by number, because a client carries this into every page and
 * the names and sentences of the table would go with them. A test holds the two
 * together.
 */
export interface ReconnectPolicy extends BackoffOptions {
  /** A text cannot be renewed, so a refused one is final. */
  readonly token: TokenSource
}

/** Where tokens come from; nothing for a client without any. */
export type TokenSource = string | (() => string | Promise<string>) | undefined

/** How a connection ended, and what is known of the attempts before. */
export interface Loss {
  readonly code: number
  readonly reason: string
  /** Which attempt comes next, from 1 since the connection was last healthy. */
  readonly attempt: number
  /** The server has refused a token since then. */
  readonly tokenRefused: boolean
  /** What the delay is drawn with: 0 up to, but not, 1. */
  readonly random: number
}

/** The same attempt would fail again. */
const hopeless: readonly number[] = [1000, 1002, 1003, 1007, 1009, 4001, 4006]

/** The first delay where the server asked for distance, in ms. */
const slowDelayMs = 5_000

/** The delay before the next attempt in ms; null when there must be none. */
export function planReconnect(
  { code, reason, attempt, tokenRefused, random }: Loss,
  { minDelayMs, maxDelayMs, token }: ReconnectPolicy,
): number | null {
  const isRefused = code === 4003
  if (hopeless.includes(code) || (isRefused && tokenRefused)) return null
  if ((isRefused || code === 4005) && typeof token === 'string') return null
  const isCrowded = code === 4008 || code === 4012
  const shortest = isCrowded ? Math.max(minDelayMs, slowDelayMs) : minDelayMs
  return askedDelay(reason) + backoffDelay(attempt, { minDelayMs: shortest, maxDelayMs }, random)
}

// 1013 may carry `retryAfterMs=5000`, also written as JSON. It is the same for
// everybody, so the jitter comes on top of it. Seven digits: under three hours,
// whatever a server says.
function askedDelay(reason: string): number {
  return Number(/retryAfterMs["=:\s]{1,4}(\d{1,7})/.exec(reason)?.[1] ?? 0)
}
