import type { CancelTimer, Clock } from '../ports/clock.ts'

/** How long before the end of a token its connection is warned (P-013). */
const warningMs = 30_000

/**
 * The timers around a connection's token: the wait for the first one, the
 * warning before its end, the end. At most one of each runs.
 */
export class TokenTimers {
  readonly #clock: Clock
  readonly #handlers: TokenTimerHandlers
  #timers: readonly CancelTimer[] = []

  constructor(clock: Clock, handlers: TokenTimerHandlers) {
    this.#clock = clock
    this.#handlers = handlers
  }

  /** Waits for the first token. */
  awaitToken(timeoutMs: number): void {
    this.#replace([this.#clock.after(timeoutMs, this.#handlers.onTimeout)])
  }

  /** A token is in force until `expiresAt`, ms since the epoch. */
  hold(expiresAt: number): void {
    const leftMs = expiresAt - this.#clock.now()
    const warnInMs = leftMs - warningMs
    this.#replace([
      this.#clock.after(leftMs, this.#handlers.onExpired),
      this.#clock.after(Math.max(0, warnInMs), () => {
        this.#handlers.onExpiring(Math.max(0, expiresAt - this.#clock.now()))
      }),
    ])
  }

  cancel(): void {
    this.#replace([])
  }

  #replace(timers: readonly CancelTimer[]): void {
    for (const cancel of this.#timers) cancel()
    this.#timers = timers
  }
}

export interface TokenTimerHandlers {
  readonly onTimeout: () => void
  readonly onExpiring: (inMs: number) => void
  readonly onExpired: () => void
}
