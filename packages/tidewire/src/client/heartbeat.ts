import type { Clock } from './clock.ts'

/**
 * Notices a link that died without a word (P-027): silence for one interval
 * asks for a sign of life, silence for another ends the wait.
 *
 * One timer however much arrives: a frame only notes the time.
 */
export class Heartbeat {
  readonly #clock: Clock
  readonly #handlers: HeartbeatHandlers
  #heardAt = 0
  #hasAsked = false
  #cancel: () => void = () => undefined

  constructor(clock: Clock, handlers: HeartbeatHandlers) {
    this.#clock = clock
    this.#handlers = handlers
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
      if (this.#hasAsked) return this.#handlers.onDead()
      const leftMs = this.#heardAt + intervalMs - this.#clock.now()
      this.#watch(intervalMs, leftMs > 0 ? leftMs : intervalMs)
      if (leftMs > 0) return
      this.#hasAsked = true
      this.#handlers.onSilence()
    })
  }
}

/** What silence leads to. */
export interface HeartbeatHandlers {
  /** Nothing was heard for one interval: ask. */
  onSilence(): void
  /** Nothing was heard for another: the link is dead. */
  onDead(): void
}
