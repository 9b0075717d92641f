import { monotonicUs } from '../harness/monotonic.ts'
import { numberBase, stampBase } from '../servers/event.ts'

/**
 * What one client has seen of its channels: every event by its number, so that
 * one that is missing, comes twice or comes late is counted and not guessed.
 *
 * Numbers of a channel begin with 1, and the client was there before the first.
 */
export class Witness {
  readonly #latest: number[]
  readonly #targets: number[]
  readonly #onLatency: ((latencyUs: number) => void) | null
  #behind = 0
  #reachedUs: number | null = null
  #received = 0
  #missed = 0
  #repeated = 0

  constructor(channels: number, onLatency: ((latencyUs: number) => void) | null = null) {
    this.#latest = new Array<number>(channels).fill(0)
    this.#targets = new Array<number>(channels).fill(Number.POSITIVE_INFINITY)
    this.#onLatency = onLatency
  }

  /** When the last of its channels came to where it was expected to; null before. */
  get reachedUs(): number | null {
    return this.#reachedUs
  }

  /** Every event, also one that came before. */
  get received(): number {
    return this.#received
  }

  /** Events that came again, or after a later one. */
  get repeated(): number {
    return this.#repeated
  }

  /** From now on each channel is expected to bring so many events more. */
  expect(more: number): void {
    this.#reachedUs = null
    this.#behind = this.#latest.length
    for (const [channel, latest] of this.#latest.entries()) this.#targets[channel] = latest + more
  }

  /** Takes an event of one of its channels, by that channel's place; see `BenchEvent`. */
  take(channel: number, at: number, seq: number): void {
    const number = seq - numberBase
    const latest = this.#latest[channel] ?? 0
    this.#received += 1
    this.#onLatency?.(monotonicUs() - (at - stampBase))
    if (number <= latest) {
      this.#repeated += 1
      return
    }
    this.#missed += number - latest - 1
    this.#latest[channel] = number
    const target = this.#targets[channel] ?? 0
    if (latest < target && number >= target) this.#reach()
  }

  /** How many events never came in their place, when so many were published in each of its channels. */
  missedOf(published: readonly number[]): number {
    return this.#latest.reduce(
      (missed, latest, channel) => missed + Math.max(0, (published[channel] ?? 0) - latest),
      this.#missed,
    )
  }

  #reach(): void {
    this.#behind -= 1
    if (this.#behind === 0) this.#reachedUs = monotonicUs()
  }
}
