import type { Clock } from './clock.ts'
import type { Dial } from './dial.ts'

/**
 * Everything the client takes from the world around it. Nothing in this folder
 * reaches past it, except the two files that fill it in and `fallback/fetch-post.ts`.
 */
export interface Environment {
  readonly clock: Clock
  readonly dial: Dial

  /** A number from 0 up to, but not, 1: for jitter and for the keys of publishes. */
  readonly random: () => number

  /** What a relative URL is relative to, `https://example.com`; undefined where there is no page. */
  readonly origin: string | undefined

  /** Takes an error nobody listens for, as the platform takes an uncaught one, without ending anything. */
  readonly report: (error: unknown) => void
}
