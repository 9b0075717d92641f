/**
 * A clock that stands still until it is told to move.
 *
 * Fits every `Clock` of this package. Timers run in the order they are due, and
 * between two of them the promises they settled get their turn, so a test sees
 * the same order of things as real time would bring, without waiting for it.
 */
export class VirtualClock {
  #now: number
  #sequence = 0
  readonly #timers = new Set<VirtualTimer>()

  /** @param startMs what `now()` says at first; default 1,000,000, so that 0 never passes for a time. */
  constructor(startMs = 1_000_000) {
    this.#now = startMs
  }

  /** Virtual milliseconds since the epoch. */
  now(): number {
    return this.#now
  }

  /** The same clock: virtual time has no fractions and never goes back. */
  elapsedMs(): number {
    return this.#now
  }

  /** Calls back once the clock has been moved by `delayMs`; the answer cancels. */
  after(delayMs: number, callback: () => void): () => void {
    this.#sequence += 1
    const timer = { dueAt: this.#now + Math.max(0, delayMs), sequence: this.#sequence, callback }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  /** Calls back when the code that is running now has come to its end, without moving the clock. */
  soon(callback: () => void): void {
    this.after(0, callback)
  }

  /** How many timers wait: a test for leaks asks for this. */
  get pendingTimers(): number {
    return this.#timers.size
  }

  /**
   * Moves the clock, running what falls due on the way. A callback that throws
   * keeps no other from running; the move then rejects at its end.
   *
   * @throws AggregateError of what the callbacks threw.
   */
  async advance(byMs: number): Promise<void> {
    const until = this.#now + byMs
    const causes: unknown[] = []
    await settle()
    for (let timer = this.#nextDue(until); timer !== null; timer = this.#nextDue(until)) {
      this.#timers.delete(timer)
      this.#now = timer.dueAt
      try {
        timer.callback()
      } catch (cause) {
        causes.push(cause)
      }
      await settle()
    }
    this.#now = until
    if (causes.length > 0) throw new AggregateError(causes, 'a callback of the clock threw')
  }

  #nextDue(until: number): VirtualTimer | null {
    let next: VirtualTimer | null = null
    for (const timer of this.#timers) {
      if (timer.dueAt <= until && (next === null || isBefore(timer, next))) next = timer
    }
    return next
  }
}

interface VirtualTimer {
  readonly dueAt: number
  readonly sequence: number
  readonly callback: () => void
}

function isBefore(one: VirtualTimer, other: VirtualTimer): boolean {
  return one.dueAt === other.dueAt ? one.sequence < other.sequence : one.dueAt < other.dueAt
}

// A promise chain of any length settles before the event loop's next turn.
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
