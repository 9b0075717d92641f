import type { CancelTimer, Clock } from '../../core/ports/clock.ts'

/**
 * How long a request still waits. It may become less and never more: nobody waits
 * for longer than it has asked for, whatever else would let it.
 */
export class Patience {
  readonly #wheel: Clock
  readonly #onEnd: () => void
  /** As the wheel counts. */
  #endsAt = Number.POSITIVE_INFINITY
  #cancel: CancelTimer | null = null

  /** @param onEnd called once, and not after `cancel`. */
  constructor(wheel: Clock, onEnd: () => void) {
    this.#wheel = wheel
    this.#onEnd = onEnd
  }

  /** From now on it ends after so many ms at the latest; whichever ends first counts. */
  atMost(delayMs: number): void {
    const endsAt = this.#wheel.elapsedMs() + delayMs
    if (endsAt >= this.#endsAt) return
    this.#endsAt = endsAt
    this.#cancel?.()
    this.#cancel = this.#wheel.after(delayMs, this.#onEnd)
  }

  cancel(): void {
    this.#cancel?.()
  }
}
