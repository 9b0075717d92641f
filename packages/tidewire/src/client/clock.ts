/**
 * Time, as the client sees it.
 *
 * Contract: a callback never runs inside the call that asked for it; cancelling
 * after it has run, or twice, does nothing.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number

  /** Calls back once, no sooner than `delayMs` from now; the answer cancels. */
  after(delayMs: number, callback: () => void): () => void
}
