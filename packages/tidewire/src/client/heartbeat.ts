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
  #cancel: () => void = () => undefined

  constructor(clock: Clock, handlers: HeartbeatHandlers) {
    this.#clock = clock
    this.#handlers = handlers
  }

  /** Begins to watch, as if something had been heard just now. */
  start(intervalMs: number): void {
    this.stop()
    this.heard()
    this.#watch(intervalMs, false)
  }

  /** Something arrived; what it was does not matter. */
  heard(): void {
    this.#heardAt = this.#clock.now()
  }

  stop(): void {
    this.#cancel()
  }

  #watch(intervalMs: number, hasAsked: boolean): void {
    const askedAt = this.#clock.now()
    const silentMs = askedAt - this.#heardAt
    const delayMs = hasAsked ? intervalMs : intervalMs - silentMs
    this.#cancel = this.#clock.after(delayMs, () => {
      const isSilent = this.#clock.now() - this.#heardAt >= intervalMs
      if (isSilent && hasAsked && this.#heardAt <= askedAt) return this.#handlers.onDead()
      if (isSilent) this.#handlers.onSilence()
      this.#watch(intervalMs, isSilent)
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
