/**
 * How much of a core fan-out aims at in the long run: a token bucket whose
 * tokens are milliseconds of pass time.
 *
 * It fills at a share of the time between passes and holds a few milliseconds, so
 * a short spike, and a server whose fan-out costs less than the share, pay
 * nothing. Who spends more than there is goes into debt and rests until the debt
 * is earned, and what arrives meanwhile leaves in one pass. Knows no clock: times come in.
 */
export class PassBudget {
  readonly #options: PassBudgetOptions
  /** Milliseconds of pass time in hand; below 0: debt. */
  #balanceMs: number
  #restsSince = 0

  constructor(options: PassBudgetOptions) {
    this.#options = options
    this.#balanceMs = options.heldMs
  }

  /** Takes note of a pass and answers how long to rest after it, in ms. Times on one clock, ms. */
  spend(startedAt: number, endedAt: number): number {
    const { share, heldMs, longestRestMs } = this.#options
    const earnedMs = (startedAt - this.#restsSince) * share
    const balanceMs = Math.min(heldMs, this.#balanceMs + earnedMs) - (endedAt - startedAt)
    // A debt that no rest may be long enough for would only be felt by those who
    // publish a little after the load has gone.
    this.#balanceMs = Math.max(balanceMs, -longestRestMs * share)
    this.#restsSince = endedAt
    return Math.max(0, -this.#balanceMs / share)
  }
}

/** What fan-out may use. */
export interface PassBudgetOptions {
  /** Pass time to aim at for each millisecond of rest, above 0. */
  readonly share: number
  /** The most pass time kept in hand, in ms. */
  readonly heldMs: number
  /** The longest rest, in ms. Load that takes more than the share even so takes it. */
  readonly longestRestMs: number
}
