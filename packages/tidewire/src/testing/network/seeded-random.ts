/**
 * Chance that can be replayed: the same seed gives the same sequence, on every
 * machine. Not for secrets.
 */
export class SeededRandom {
  #state: number

  /** @param seed any whole number; neighbours give unrelated sequences. */
  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0
  }

  /** A number from 0 up to, but not, 1. Bound, so that it can be passed on as it is. */
  readonly next = (): number => {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number from the first to the last, both included. */
  integer(first: number, last: number): number {
    return first + Math.floor(this.next() * (last - first + 1))
  }

  /**
   * One of several.
   *
   * @throws RangeError when there is none.
   */
  pick<TItem>(items: readonly TItem[]): TItem {
    if (items.length === 0) throw new RangeError('there is nothing to pick from')
    // There is something at every index below the length, be it undefined.
    return items[this.integer(0, items.length - 1)] as TItem
  }

  /** A source of its own: what is drawn from it changes nothing here. */
  fork(): SeededRandom {
    return new SeededRandom(this.integer(0, 2 ** 31))
  }
}
