import { PassBudget } from './pass-budget.ts'
import type { CancelTimer, Clock } from './ports/clock.ts'

/**
 * Decides when channels flush: adaptive batching by duty cycle and budget.
 *
 * What is due together is one pass. After a pass that took t the pump rests for
 * k × t, so fan-out takes at most 1 / (1 + k) of a core however hard one
 * publishes, and a channel batches by itself as much as its fan-out costs. When
 * many short passes use up the budget, it rests for longer, so that events of
 * different channels meet in one write. An idle pump flushes in the same turn of
 * the event loop and adds no delay.
 *
 * A channel may ask for a fixed window instead.
 */
export class Pump {
  readonly #clock: Clock
  readonly #options: PumpOptions
  readonly #budget = new PassBudget(passBudget)
  readonly #windows = new Map<Flushable, CancelTimer>()
  readonly #corked: (Corkable | null)[] = []
  #corkedCount = 0
  #due = new Set<Flushable>()
  #spare = new Set<Flushable>()
  #state: PumpState = { kind: 'idle' }
  #restUntil = 0

  constructor(clock: Clock, options: PumpOptions) {
    this.#clock = clock
    this.#options = options
  }

  /** Tells that a channel has something new. O(1). */
  mark(channel: Flushable): void {
    if (this.#due.has(channel)) return
    if (channel.windowMs === 0) this.#makeDue(channel, channel.maxDelayMs)
    else if (channel.unflushed >= channel.maxEvents) this.#makeDue(channel, 0)
    else if (!this.#windows.has(channel)) this.#openWindow(channel)
  }

  /** Forgets a channel that is gone. */
  forget(channel: Flushable): void {
    this.#closeWindow(channel)
    this.#due.delete(channel)
  }

  /**
   * During a pass: holds back what a connection is sent until the end of it, so
   * that one that reads many channels costs one system call. Elsewhere: nothing.
   */
  cork(connection: Corkable): void {
    if (this.#state.kind !== 'passing') return
    connection.cork()
    this.#corked[this.#corkedCount] = connection
    this.#corkedCount += 1
  }

  #openWindow(channel: Flushable): void {
    const cancel = this.#clock.after(channel.windowMs, () => {
      this.#windows.delete(channel)
      this.#makeDue(channel, 0)
    })
    this.#windows.set(channel, cancel)
  }

  #closeWindow(channel: Flushable): void {
    this.#windows.get(channel)?.()
    this.#windows.delete(channel)
  }

  #makeDue(channel: Flushable, maxDelayMs: number): void {
    this.#closeWindow(channel)
    this.#due.add(channel)
    if (this.#state.kind === 'passing') return
    const now = this.#clock.elapsedMs()
    this.#passAt(Math.min(Math.max(this.#restUntil, now), now + maxDelayMs), now)
  }

  #passAt(at: number, now: number): void {
    if (this.#state.kind === 'due' && this.#state.at <= at) return
    if (this.#state.kind === 'due') this.#state.cancel()
    this.#state = { kind: 'due', at, cancel: this.#callAt(at, now) }
  }

  #callAt(at: number, now: number): CancelTimer {
    const pass = () => this.#pass()
    // Less than a timer can tell is now.
    if (at - now >= 1) return this.#clock.after(at - now, pass)
    let isCancelled = false
    this.#clock.soon(() => {
      if (!isCancelled) pass()
    })
    return () => {
      isCancelled = true
    }
  }

  #pass(): void {
    const startedAt = this.#clock.elapsedMs()
    const channels = this.#due
    this.#due = this.#spare
    this.#spare = channels
    this.#state = { kind: 'passing' }
    for (const channel of channels) this.#flush(channel)
    channels.clear()
    this.#uncork()
    this.#state = { kind: 'idle' }
    const endedAt = this.#clock.elapsedMs()
    this.#restUntil = endedAt + this.#restAfter(startedAt, endedAt)
    this.#options.onPass?.(endedAt - startedAt)
    // What a flush itself brought about.
    if (this.#due.size > 0) this.#passAt(this.#restUntil, endedAt)
  }

  #restAfter(startedAt: number, endedAt: number): number {
    const { dutyCycle } = this.#options
    if (dutyCycle === 0) return 0
    return Math.max(dutyCycle * (endedAt - startedAt), this.#budget.spend(startedAt, endedAt))
  }

  // One channel that fails must not stop all others for ever.
  #flush(channel: Flushable): void {
    try {
      channel.flush()
    } catch (cause) {
      this.#options.onFailure(cause)
    }
  }

  // The array stays as long as it has been, and is read by index: to grow it anew,
  // and an iterator, would be some 60 bytes for every connection of every pass.
  #uncork(): void {
    for (let index = 0; index < this.#corkedCount; index += 1) {
      this.#corked[index]?.uncork()
      this.#corked[index] = null
    }
    this.#corkedCount = 0
  }
}

// Measured: docs/decisions/0008.
const passBudget = { share: 0.1, heldMs: 4, longestRestMs: 40 }

/** How a pump works. */
export interface PumpOptions {
  /** k: 0 never rests, 4 gives fan-out at most a fifth of a core. */
  readonly dutyCycle: number
  /** A pass is over; ms. */
  readonly onPass?: (tookMs: number) => void
  /** A flush threw: a defect, for the operator to hear of. */
  readonly onFailure: (cause: unknown) => void
}

/** What the pump knows of a channel. */
export interface Flushable {
  readonly windowMs: number
  readonly maxEvents: number
  readonly maxDelayMs: number
  /** How many events wait. */
  readonly unflushed: number
  /** Sends what waits to every subscriber. */
  flush(): void
}

/** What the pump knows of a connection. */
export interface Corkable {
  cork(): void
  uncork(): void
}

type PumpState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'due'; readonly at: number; readonly cancel: CancelTimer }
  | { readonly kind: 'passing' }
