import type { Clock } from '../../core/ports/clock.ts'

/**
 * A way from one place to another on which nobody overtakes: each journey takes
 * as long as is drawn for it, or until the one before has arrived.
 */
export class Lane {
  readonly #clock: Clock
  readonly #drawDelayMs: () => number
  #lastArrivalAt = 0

  constructor(clock: Clock, drawDelayMs: () => number) {
    this.#clock = clock
    this.#drawDelayMs = drawDelayMs
  }

  /** Calls back on arrival, never within the call. */
  travel(arrive: () => void): void {
    const now = this.#clock.now()
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, now + this.#drawDelayMs())
    this.#clock.after(this.#lastArrivalAt - now, arrive)
  }

  /** The same, to be waited for. */
  arrival(): Promise<void> {
    return new Promise((resolve) => this.travel(resolve))
  }
}
