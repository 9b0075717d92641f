/**
 * Time, as the engine sees it.
 *
 * The core never asks the machine: the same engine runs on real time and, in a
 * simulation, on time that stands still until it is moved.
 *
 * Contract: callbacks never run inside the call that asked for them; timers
 * that are due at the same time run in the order they were asked for; a
 * callback that throws does not keep another from running.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number

  /** Milliseconds with fractions since some moment, never going back: for measuring how long something took. */
  elapsedMs(): number

  /** Calls back once, no sooner than `delayMs` from now. */
  after(delayMs: number, callback: () => void): CancelTimer

  /**
   * Calls back when what is running now, and what has arrived with it, has been
   * handled, and before the process waits for more. What happens in between is
   * what one pass of the pump can put together.
   */
  soon(callback: () => void): void
}

/** Cancels a timer; after it has run, or a second time, it does nothing. */
export type CancelTimer = () => void
