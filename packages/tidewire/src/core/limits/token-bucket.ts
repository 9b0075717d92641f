/**
 * A token bucket: so many a second in the long run, so many at once after a rest.
 *
 * Two whole numbers of state, whatever happens, so that nothing is rounded away:
 * what was promised by `waitMs` is there to the millisecond. Knows no clock:
 * times come in, in ms, and never go back.
 */
export class TokenBucket {
  readonly #rate: Rate
  /** In thousandths of a token, of which every millisecond brings `perSecond`. */
  #level: number
  /** Up to when the level is right, in whole ms. */
  #filledUntil: number

  /** Begins full. */
  constructor(rate: Rate, now: number) {
    this.#rate = rate
    this.#level = rate.burst * thousandths
    this.#filledUntil = Math.floor(now)
  }

  /** How long until `count` tokens are there, in whole ms: 0 when they are. More than the burst are never there. */
  waitMs(count: number, now: number): number {
    this.#fill(Math.floor(now))
    const missing = count * thousandths - this.#level
    return missing <= 0 ? 0 : Math.ceil(missing / this.#rate.perSecond)
  }

  /** Takes tokens that `waitMs` has just said are there. */
  take(count: number): void {
    this.#level -= count * thousandths
  }

  #fill(now: number): void {
    const { perSecond, burst } = this.#rate
    const level = this.#level + (now - this.#filledUntil) * perSecond
    this.#level = Math.min(level, burst * thousandths)
    this.#filledUntil = now
  }
}

/** How much a bucket lets through. Whole numbers above 0. */
export interface Rate {
  /** In the long run. */
  readonly perSecond: number
  /** At once, after a rest. */
  readonly burst: number
}

const thousandths = 1_000
