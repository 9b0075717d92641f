/**
 * How often something was how large: counts by upper bound, as a metrics system
 * wants them. Costs a few comparisons an observation, and nothing is kept of it.
 */
export class Histogram {
  /** Upper bounds, each included in its count, smallest first. */
  readonly bounds: readonly number[]
  /** How many fell under each bound and above the one before it; the last one is for what is above all. */
  readonly counts: number[]
  /** All observations together. */
  sum = 0

  /** @throws TypeError for bounds that do not grow. */
  constructor(bounds: readonly number[]) {
    if (bounds.some((bound, index) => index > 0 && bound <= (bounds[index - 1] ?? 0))) {
      throw new TypeError('the bounds of a histogram grow')
    }
    this.bounds = bounds
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  observe(value: number): void {
    let place = 0
    // NaN is above all bounds: nothing is as small as it.
    while (place < this.bounds.length && !(value <= (this.bounds[place] ?? 0))) place += 1
    this.counts[place] = (this.counts[place] ?? 0) + 1
    this.sum += value
  }
}
