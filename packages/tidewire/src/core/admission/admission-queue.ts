import type { Clock } from '../ports/clock.ts'

/**
 * Lets newcomers in as fast as the node can take them, and no faster.
 *
 * As long as the event loop is on time everybody comes in at once, so many a
 * turn. Beyond that they wait: those that come back before those that are new,
 * because what they need is less and somebody is waiting for it. Nobody waits for
 * long, and not too many: who cannot is told to come back later.
 */
export class AdmissionQueue {
  readonly #clock: Clock
  readonly #options: AdmissionQueueOptions
  readonly #returning: Waiting[] = []
  readonly #fresh: Waiting[] = []
  #letInThisTurn = 0
  #isTurning = false

  constructor(clock: Clock, options: AdmissionQueueOptions) {
    this.#clock = clock
    this.#options = options
  }

  /** How many wait. */
  get length(): number {
    return this.#returning.length + this.#fresh.length
  }

  /** Whether a newcomer may come in: now, or when it is its turn. Never rejects. */
  enter(isReturning: boolean): boolean | Promise<boolean> {
    if (this.length === 0 && this.#hasRoom()) {
      this.#countIn()
      return true
    }
    if (this.length >= this.#options.maxWaiting && !this.#makeRoomFor(isReturning)) return false
    return new Promise((resolve) => {
      const until = this.#clock.elapsedMs() + this.#options.maxWaitMs
      const waiting = isReturning ? this.#returning : this.#fresh
      waiting.push({ until, resolve })
      this.#nextTurn()
    })
  }

  #hasRoom(): boolean {
    const { loopDelay, maxLoopDelayMs, perTurn } = this.#options
    return this.#letInThisTurn < perTurn && loopDelay.delayMs <= maxLoopDelayMs
  }

  #countIn(): void {
    this.#letInThisTurn += 1
    this.#nextTurn()
  }

  // Of the new ones the last to come gives way to one that returns.
  #makeRoomFor(isReturning: boolean): boolean {
    const last = isReturning ? this.#fresh.pop() : undefined
    last?.resolve(false)
    return last !== undefined
  }

  #nextTurn(): void {
    if (this.#isTurning) return
    this.#isTurning = true
    this.#clock.after(turnMs, () => this.#turn())
  }

  #turn(): void {
    this.#isTurning = false
    this.#letInThisTurn = 0
    for (const waiting of [this.#returning, this.#fresh]) {
      this.#sendAway(waiting)
      this.#letIn(waiting)
    }
    if (this.length > 0) this.#nextTurn()
  }

  #sendAway(waiting: Waiting[]): void {
    const now = this.#clock.elapsedMs()
    const inTime = waiting.findIndex(({ until }) => until > now)
    const late = waiting.splice(0, inTime === -1 ? waiting.length : inTime)
    for (const { resolve } of late) resolve(false)
  }

  #letIn(waiting: Waiting[]): void {
    let count = 0
    while (count < waiting.length && this.#hasRoom()) {
      this.#countIn()
      count += 1
    }
    for (const { resolve } of waiting.splice(0, count)) resolve(true)
  }
}

/** When a node is busy, and what happens then. */
export interface AdmissionQueueOptions {
  readonly loopDelay: { readonly delayMs: number }
  /** Nobody comes in while the event loop is later than this; ms. */
  readonly maxLoopDelayMs: number
  /** How many come in in one turn; a turn is 5 ms. */
  readonly perTurn: number
  /** How many may wait; the next is sent away. */
  readonly maxWaiting: number
  /** How long one may wait, in ms; then it is sent away. */
  readonly maxWaitMs: number
}

interface Waiting {
  readonly until: number
  readonly resolve: (mayEnter: boolean) => void
}

const turnMs = 5
