import { reconnectAdvice } from '../protocol/reconnect-advice.ts'
import { type BackoffOptions, backoffDelay } from './backoff.ts'

/**
 * Whether, and when, a lost connection is tried again: the advice of the close
 * code table turned into a delay. Pure.
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

/** The first delay where the server asked for distance, in ms. */
const slowDelayMs = 5_000

/** The delay before the next attempt in ms; null when there must be none. */
export function planReconnect(
  { code, reason, attempt, tokenRefused, random }: Loss,
  { minDelayMs, maxDelayMs, token }: ReconnectPolicy,
): number | null {
  const advice = reconnectAdvice(code)
  const isHopeless =
    advice === 'never' ||
    (advice === 'fresh-token-once' && tokenRefused) ||
    (advice.startsWith('fresh') && typeof token === 'string')
  if (isHopeless) return null
  const shortest = advice === 'slow-backoff' ? Math.max(minDelayMs, slowDelayMs) : minDelayMs
  return askedDelay(reason) + backoffDelay(attempt, { minDelayMs: shortest, maxDelayMs }, random)
}

// 1013 may carry `retryAfterMs=5000`, also written as JSON. It is the same for
// everybody, so the jitter comes on top of it. Seven digits: under three hours,
// whatever a server says.
function askedDelay(reason: string): number {
  return Number(/retryAfterMs["=:\s]{1,4}(\d{1,7})/.exec(reason)?.[1] ?? 0)
}
