/**
 * Counts of values in logarithmic buckets, after HdrHistogram: each power of two
 * is cut into equal parts, so a quantile is right to within 0.8 % whatever its
 * size, and recording is O(1) without allocation.
 */
export class Histogram {
  readonly #counts = new Float64Array(bucketCount)
  #total = 0
  #max = 0

  /** How many values there are. */
  get total(): number {
    return this.#total
  }

  /** The largest value, exact. 0 without any. */
  get max(): number {
    return this.#max
  }

  /** Adds a value; a negative one counts as 0. */
  record(value: number): void {
    const whole = Math.min(Math.max(0, Math.round(value)), largestValue)
    const index = bucketOf(whole)
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#total += 1
    if (whole > this.#max) this.#max = whole
  }

  /** The value that a share (0–1) of all values does not exceed. NaN without any. */
  quantile(share: number): number {
    if (this.#total === 0) return Number.NaN
    const rank = Math.max(1, Math.ceil(share * this.#total))
    let seen = 0
    for (let index = 0; index < bucketCount; index += 1) {
      seen += this.#counts[index] ?? 0
      if (seen >= rank) return Math.min(middleOf(index), this.#max)
    }
    return this.#max
  }

  /** Forgets everything. */
  reset(): void {
    this.#counts.fill(0)
    this.#total = 0
    this.#max = 0
  }
}

const partBits = 6
const parts = 2 ** partBits
const magnitudes = 32 - partBits
const bucketCount = parts * magnitudes + parts

/** Beyond it, values count as this: 2³¹ µs are half an hour. */
const largestValue = 2 ** 31 - 1

function bucketOf(value: number): number {
  if (value < parts * 2) return value
  const magnitude = 31 - Math.clz32(value) - partBits
  return magnitude * parts + (value >>> magnitude)
}

function middleOf(index: number): number {
  if (index < parts * 2) return index
  const magnitude = Math.floor(index / parts) - 1
  const lowest = (index - magnitude * parts) * 2 ** magnitude
  return lowest + (2 ** magnitude - 1) / 2
}
