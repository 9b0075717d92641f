import type { CancelTimer, Clock } from './ports/clock.ts'

/**
 * Many coarse timers on one real one.
 *
 * Every connection waits for something (a pong, a token, an expiry); with a
 * timer of the machine for each, 15,000 connections would be 15,000 timers.
 * Here each costs an entry in a slot. Timers run up to one tick late, never
 * early. The wheel only turns while something waits on it.
 */
export class TimerWheel implements Clock {
  readonly #clock: Clock
  readonly #tickMs: number
  readonly #slots: readonly Set<WheelTimer>[]
  #tick = 0
  #startedAt = 0
  #waiting = 0
  #stop: CancelTimer | null = null

  /** @param options tickMs: how late a timer may be, default 250 ms; slots: default 512. */
  constructor(clock: Clock, options: { readonly tickMs?: number; readonly slots?: number } = {}) {
    this.#clock = clock
    this.#tickMs = options.tickMs ?? 250
    this.#slots = Array.from({ length: options.slots ?? 512 }, () => new Set<WheelTimer>())
  }

  now(): number {
    return this.#clock.now()
  }

  elapsedMs(): number {
    return this.#clock.elapsedMs()
  }

  soon(callback: () => void): void {
    this.#clock.soon(callback)
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    if (this.#stop === null) this.#start()
    const elapsed = this.elapsedMs() - this.#startedAt
    const dueTick = Math.max(this.#tick + 1, Math.ceil((elapsed + delayMs) / this.#tickMs))
    const timer: WheelTimer = { dueTick, callback, isCancelled: false }
    const slot = this.#slotOf(dueTick)
    slot.add(timer)
    this.#waiting += 1
    return () => {
      timer.isCancelled = true
      if (slot.delete(timer)) this.#waiting -= 1
    }
  }

  #start(): void {
    this.#tick = 0
    this.#startedAt = this.elapsedMs()
    this.#stop = this.#nextTurn()
  }

  // At the tick itself and not a tick from now: what one turn is late must not
  // add up to the next.
  #nextTurn(): CancelTimer {
    const at = this.#startedAt + (this.#tick + 1) * this.#tickMs
    return this.#clock.after(at - this.elapsedMs(), () => this.#turn())
  }

  #turn(): void {
    // A busy process is late; the ticks it missed are made up for at once.
    const reached = Math.floor((this.elapsedMs() - this.#startedAt) / this.#tickMs)
    const due: WheelTimer[] = []
    while (this.#tick < reached) {
      this.#tick += 1
      this.#collectDue(this.#tick, due)
    }
    this.#waiting -= due.length
    this.#stop = this.#waiting + due.length > 0 ? this.#nextTurn() : null
    for (const timer of due) this.#run(timer)
  }

  #collectDue(tick: number, due: WheelTimer[]): void {
    const slot = this.#slotOf(tick)
    for (const timer of slot) {
      if (timer.dueTick > tick) continue
      slot.delete(timer)
      due.push(timer)
    }
  }

  // Through `soon`, so that a callback that throws takes no other one with it.
  #run(timer: WheelTimer): void {
    this.#clock.soon(() => {
      if (!timer.isCancelled) timer.callback()
    })
  }

  #slotOf(tick: number): Set<WheelTimer> {
    const slot = this.#slots[tick % this.#slots.length]
    if (slot === undefined) throw new RangeError('a timer wheel has at least one slot')
    return slot
  }
}

interface WheelTimer {
  readonly dueTick: number
  readonly callback: () => void
  isCancelled: boolean
}
