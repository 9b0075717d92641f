import type { CancelTimer, Clock } from './ports/clock.ts'

/**
 * Decides when channels flush.
 *
 * A channel without a window flushes in the same turn of the event loop,
 * together with all others that became due in it: that is one pass. A channel
 * with a window waits for its end, or for as many events as end it early.
 */
export class Pump {
  readonly #clock: Clock
  readonly #due = new Set<Flushable>()
  readonly #windows = new Map<Flushable, CancelTimer>()
  #isPassDue = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Tells that a channel has something new. */
  mark(channel: Flushable): void {
    if (channel.windowMs === 0 || channel.unflushed >= channel.maxEvents) this.#flushSoon(channel)
    else if (!(this.#windows.has(channel) || this.#due.has(channel))) this.#openWindow(channel)
  }

  /** Forgets a channel that is gone. */
  forget(channel: Flushable): void {
    this.#closeWindow(channel)
    this.#due.delete(channel)
  }

  #openWindow(channel: Flushable): void {
    const cancel = this.#clock.after(channel.windowMs, () => {
      this.#windows.delete(channel)
      channel.flush()
    })
    this.#windows.set(channel, cancel)
  }

  #closeWindow(channel: Flushable): void {
    this.#windows.get(channel)?.()
    this.#windows.delete(channel)
  }

  #flushSoon(channel: Flushable): void {
    this.#closeWindow(channel)
    this.#due.add(channel)
    if (this.#isPassDue) return
    this.#isPassDue = true
    this.#clock.soon(() => this.#pass())
  }

  #pass(): void {
    this.#isPassDue = false
    const channels = [...this.#due]
    this.#due.clear()
    for (const channel of channels) channel.flush()
  }
}

/** What the pump knows of a channel. */
export interface Flushable {
  readonly windowMs: number
  readonly maxEvents: number
  /** How many events wait. */
  readonly unflushed: number
  /** Sends what waits to every subscriber. Must not throw: it would end the pass for the others. */
  flush(): void
}
