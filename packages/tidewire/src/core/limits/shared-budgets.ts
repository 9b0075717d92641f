import { type Rate, TokenBucket } from './token-bucket.ts'

/**
 * What the connections of one user, or those of one address, have between them:
 * a rate, and how many they may be.
 *
 * A budget that nobody holds any more is kept until it is full again, as leaving
 * and coming back would else be a way to have more: over plain HTTP every request
 * is a connection. So there are hardly more of them than connections.
 */
export class SharedBudgets {
  readonly #rate: Rate
  readonly #maxHolders: number
  readonly #byKey = new Map<string, SharedBudget>()
  /** Those that nobody holds, in the order they were left. */
  readonly #left = new Set<SharedBudget>()

  /** @param maxHolders connections that may hold a budget at a time. */
  constructor(rate: Rate, maxHolders: number) {
    this.#rate = rate
    this.#maxHolders = maxHolders
  }

  /** How many are held. */
  get size(): number {
    return this.#byKey.size - this.#left.size
  }

  isFull(key: string): boolean {
    return (this.#byKey.get(key)?.holders ?? 0) >= this.#maxHolders
  }

  /** The budget of this key for one more connection, which must leave it again; null when it is full. */
  enter(key: string, now: number): SharedBudget | null {
    if (this.isFull(key)) return null
    this.#forgetFull(now)
    const budget = this.#byKey.get(key) ?? this.#open(key, now)
    this.#left.delete(budget)
    budget.holders += 1
    return budget
  }

  leave(budget: SharedBudget): void {
    budget.holders -= 1
    if (budget.holders === 0) this.#left.add(budget)
  }

  // Each is full again a burst's time after it was left: those in front first.
  #forgetFull(now: number): void {
    for (const budget of this.#left) {
      if (budget.frames.waitMs(this.#rate.burst, now) > 0) return
      this.#left.delete(budget)
      this.#byKey.delete(budget.key)
    }
  }

  #open(key: string, now: number): SharedBudget {
    const budget = { key, frames: new TokenBucket(this.#rate, now), holders: 0 }
    this.#byKey.set(key, budget)
    return budget
  }
}

/** One budget, and how many hold it. */
export interface SharedBudget {
  readonly key: string
  readonly frames: TokenBucket
  holders: number
}
