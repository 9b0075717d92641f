import type { CancelTimer, Clock } from '../ports/clock.ts'

/**
 * How late the event loop is: what anything that arrives now has to wait for.
 *
 * Asks for a turn again and again and sees how much later than asked it comes.
 * One late turn is remembered for a moment, or the load that brought it about
 * would be let in again at once.
 */
export class LoopDelay {
  readonly #clock: Clock
  #delayMs = 0
  #askedAt = 0
  #cancel: CancelTimer | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Milliseconds; the latest is felt most, older ones fade by half with every look. */
  get delayMs(): number {
    // A turn that is overdue already is as late as it is.
    const overdueMs = this.#cancel === null ? 0 : this.#lateMs()
    return Math.max(this.#delayMs, overdueMs)
  }

  /** Begins to watch. */
  start(): void {
    if (this.#cancel === null) this.#ask()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #ask(): void {
    this.#askedAt = this.#clock.elapsedMs()
    this.#cancel = this.#clock.after(lookEveryMs, () => {
      this.#delayMs = Math.max(this.#lateMs(), this.#delayMs / 2)
      this.#ask()
    })
  }

  #lateMs(): number {
    return Math.max(0, this.#clock.elapsedMs() - this.#askedAt - lookEveryMs)
  }
}

const lookEveryMs = 25
