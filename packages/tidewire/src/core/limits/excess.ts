/**
 * For how long a connection has been over its rate without a pause.
 *
 * A pause is a second without a refusal. Made with the first refusal: a
 * connection that keeps within its rate has none. Times come in, in ms.
 */
export class Excess {
  #since = Number.NEGATIVE_INFINITY
  #refusedAt = Number.NEGATIVE_INFINITY
  #sparedAt = Number.NEGATIVE_INFINITY

  /** A frame is refused now. Whether this has gone on for too long. */
  add(now: number): boolean {
    if (now - this.#refusedAt >= pauseMs) this.#since = now
    this.#refusedAt = now
    return now - this.#since >= patienceMs
  }

  /**
   * Whether a token may pass although it is over the rate. Now and then one may:
   * a client, or others of its user, that send too much must not keep it from
   * renewing its token.
   */
  spareToken(now: number): boolean {
    if (now - this.#sparedAt < spareEveryMs) return false
    this.#sparedAt = now
    return true
  }
}

const pauseMs = 1_000
const patienceMs = 10_000
const spareEveryMs = 10_000
