import type { Clock } from '../../core/ports/clock.ts'

/**
 * The life of one end of a link: open, closing once it has said goodbye, over
 * once it has been told so. It is told once, and never inside a call.
 */
export class LinkEnd {
  readonly #clock: Clock
  readonly #onOver: (code: number, reason: string) => void
  #state: 'open' | 'closing' | 'over' = 'open'

  constructor(clock: Clock, onOver: (code: number, reason: string) => void) {
    this.#clock = clock
    this.#onOver = onOver
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  /** It has said goodbye and takes nothing more to send; false when it had before. */
  beginClosing(): boolean {
    if (this.#state !== 'open') return false
    this.#state = 'closing'
    return true
  }

  /** It is over; later reasons do not count. */
  finish(code: number, reason: string): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#clock.soon(() => this.#onOver(code, reason))
  }
}
