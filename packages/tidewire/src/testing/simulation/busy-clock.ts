import type { CancelTimer, Clock } from '../../core/ports/clock.ts'
import type { SeededRandom } from '../network/seeded-random.ts'

/**
 * The clock of a node whose work takes time: what is measured between two
 * looks at it is drawn, so that pumps rest and batch as under load.
 */
export class BusyClock implements Clock {
  readonly #clock: Clock
  readonly #random: SeededRandom
  readonly #maxWorkMs: number
  #workedMs = 0

  constructor(clock: Clock, random: SeededRandom, maxWorkMs: number) {
    this.#clock = clock
    this.#random = random
    this.#maxWorkMs = maxWorkMs
  }

  now(): number {
    return this.#clock.now()
  }

  elapsedMs(): number {
    if (this.#maxWorkMs > 0) this.#workedMs += this.#random.integer(0, this.#maxWorkMs)
    return this.#clock.now() + this.#workedMs
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    return this.#clock.after(delayMs, callback)
  }

  soon(callback: () => void): void {
    this.#clock.soon(callback)
  }
}
