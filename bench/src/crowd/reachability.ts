import { monotonicUs } from '../harness/monotonic.ts'

/**
 * Whether events can reach a client: how many of its connections are open,
 * authenticated and subscribed to everything, and how long there was none.
 */
export class Reachability {
  #connections = 0
  #lostUs: number | null = null
  #withoutUs = 0

  /** Whether there is one now. */
  get isReachable(): boolean {
    return this.#connections > 0
  }

  /** One more connection is ready. */
  gain(): void {
    this.#connections += 1
    if (this.#lostUs !== null) this.#withoutUs += monotonicUs() - this.#lostUs
    this.#lostUs = null
  }

  /** A connection that was ready is not, any more. */
  lose(): void {
    this.#connections -= 1
    if (this.#connections === 0) this.#lostUs = monotonicUs()
  }

  /** How long there was none since the first, in ms, up to now. */
  get withoutMs(): number {
    const lastUs = this.#lostUs === null ? 0 : monotonicUs() - this.#lostUs
    return (this.#withoutUs + lastUs) / 1_000
  }
}
