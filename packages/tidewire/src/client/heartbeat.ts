import type { Clock } from './clock.ts'

/**
 * Notices a link that died without a word (P-027): silence for one interval
 * asks for a sign of life, silence for another ends the wait.
 *
 * One timer however much arrives: a frame only notes the time.
 */
export class Heartbeat {
  readonly #clock: Clock
  readonly #onSilence: () => void
  readonly #onDead: () => void
  #heardAt = 0
  #hasAsked = false
  #cancel: () => void = () => undefined

  /**
   * @param onSilence nothing was heard for one interval: ask
   * @param onDead nothing was heard for another: the link is dead
   */
  constructor(clock: Clock, onSilence: () => void, onDead: () => void) {
    this.#clock = clock
    this.#onSilence = onSilence
    this.#onDead = onDead
  }

  /** Begins to watch, as if something had been heard just now. */
  start(intervalMs: number): void {
    this.stop()
    this.heard()
    this.#watch(intervalMs, intervalMs)
  }

  /** Something arrived; what it was does not matter. */
  heard(): void {
    this.#heardAt = this.#clock.now()
    this.#hasAsked = false
  }

  stop(): void {
    this.#cancel()
  }

  #watch(intervalMs: number, delayMs: number): void {
    this.#cancel = this.#clock.after(delayMs, () => {
      if (this.#hasAsked) return this.#onDead()
      const leftMs = this.#heardAt + intervalMs - this.#clock.now()
      this.#watch(intervalMs, leftMs > 0 ? leftMs : intervalMs)
      if (leftMs > 0) return
      this.#hasAsked = true
      this.#onSilence()
    })
  }
}
