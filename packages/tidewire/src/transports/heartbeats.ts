import type { CancelTimer, Clock } from '../core/ports/clock.ts'

/**
 * Beats for every link of a transport, once a heartbeat each, spread over it.
 *
 * One timer and one set membership a link: with a timer for each, 15,000 links
 * would be 15,000 closures that do nothing all day. Also the list of all links.
 */
export class Heartbeats<TLink extends Beating> implements Iterable<TLink> {
  readonly #clock: Clock
  readonly #tickMs: number
  readonly #slots: readonly Set<TLink>[]
  #size = 0
  #tick = 0
  #cancel: CancelTimer | null = null

  /** @param heartbeatMs the time between two beats of a link, in ms. */
  constructor(clock: Clock, heartbeatMs: number) {
    const slots = Math.min(maxSlots, Math.max(1, Math.floor(heartbeatMs / minTickMs)))
    this.#clock = clock
    this.#tickMs = heartbeatMs / slots
    this.#slots = Array.from({ length: slots }, () => new Set<TLink>())
  }

  get size(): number {
    return this.#size
  }

  /** Begins to beat for a link; the first beat comes after at most a heartbeat. */
  add(link: TLink): void {
    // The slot that has just had its turn: it is a whole heartbeat away.
    this.#slots[this.#tick]?.add(link)
    this.#size += 1
    this.#cancel ??= this.#next()
  }

  remove(link: TLink): void {
    if (!this.#slots.some((slot) => slot.delete(link))) return
    this.#size -= 1
    if (this.#size > 0) return
    this.#cancel?.()
    this.#cancel = null
  }

  *[Symbol.iterator](): Iterator<TLink> {
    for (const slot of this.#slots) yield* slot
  }

  #next(): CancelTimer {
    return this.#clock.after(this.#tickMs, () => {
      this.#tick = (this.#tick + 1) % this.#slots.length
      this.#cancel = this.#next()
      for (const link of this.#slots[this.#tick] ?? []) link.beat()
    })
  }
}

/** Something that wants a beat now and then. */
export interface Beating {
  /** Must not throw. */
  beat(): void
}

const maxSlots = 32
const minTickMs = 250
