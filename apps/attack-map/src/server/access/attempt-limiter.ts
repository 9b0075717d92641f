/**
 * How often something may be tried, per key: a bucket of tokens for each.
 *
 * Memory is bounded: beyond `maxKeys` the key that was not tried for longest
 * is forgotten.
 */

/** The size of a bucket and how fast it fills again. */
export interface AttemptLimit {
  /** How many attempts may follow one another at once. */
  readonly burst: number
  /** How long one more takes to become free, in ms. */
  readonly refillMs: number
  /** How many keys are remembered. */
  readonly maxKeys: number
}

/** Whether an attempt may be made. */
export type AttemptVerdict =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'limited'
      /** When the next attempt is free, in ms. */
      readonly retryAfterMs: number
      /** True for the first one that is refused in a row. */
      readonly isFirst: boolean
    }

interface Bucket {
  /** When all attempts will be free again, if no more are made. */
  fullAt: number
  isLimited: boolean
}

/** Counts attempts; one that succeeded can be given back. */
export class AttemptLimiter {
  readonly #limit: AttemptLimit
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()

  /** `now`: in whole ms; only differences count. */
  constructor(limit: AttemptLimit, now: () => number) {
    this.#limit = limit
    this.#now = now
  }

  /** Takes an attempt out of the bucket of a key, if there is one in it. */
  take(key: string): AttemptVerdict {
    const { burst, refillMs } = this.#limit
    const now = this.#now()
    const bucket = this.#bucketOf(key)
    const fullAt = Math.max(now, bucket.fullAt) + refillMs
    const retryAfterMs = fullAt - now - burst * refillMs
    if (retryAfterMs <= 0) {
      bucket.fullAt = fullAt
      bucket.isLimited = false
      return { kind: 'allowed' }
    }
    const isFirst = !bucket.isLimited
    bucket.isLimited = true
    return { kind: 'limited', retryAfterMs, isFirst }
  }

  /** Gives an attempt back that was none: it succeeded. */
  giveBack(key: string): void {
    this.#bucketOf(key).fullAt -= this.#limit.refillMs
  }

  /** The bucket of a key; asked for last, it is the last to be forgotten. */
  #bucketOf(key: string): Bucket {
    const bucket = this.#buckets.get(key) ?? { fullAt: 0, isLimited: false }
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > this.#limit.maxKeys) this.#forgetOldest()
    return bucket
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}
