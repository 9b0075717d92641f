import type { EventFrame } from './frames.ts'
import type { LogEntry } from './log.ts'
import type { Subscription } from './subscription.ts'

/**
 * Who reads a channel, and who of them is in step.
 *
 * A reader in step is one entry of a set. Readers that wait for their
 * connection or for history are in neither set and cost a flush nothing.
 */
export class Members {
  #count = 0
  readonly #inStep = new Set<Subscription>()
  readonly #apart = new Set<Subscription>()

  get count(): number {
    return this.#count
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  get inStep(): number {
    return this.#inStep.size
  }

  /** One more, in no place yet. */
  add(): void {
    this.#count += 1
  }

  /** One that was added leaves. */
  remove(subscription: Subscription): void {
    this.#count -= 1
    this.#inStep.delete(subscription)
    this.#apart.delete(subscription)
  }

  /** Puts a subscription where its place says. */
  sort(subscription: Subscription): void {
    const { place } = subscription
    if (place === 'in-step') this.#inStep.add(subscription)
    else this.#inStep.delete(subscription)
    if (place === 'apart') this.#apart.add(subscription)
    else this.#apart.delete(subscription)
  }

  /** Offers a flush to all in step. */
  offer({ frames, from, entries, except }: Flush): void {
    // `for of` makes an object of 40 bytes for each of thousands, as long as the
    // compiler has not optimised this very loop.
    this.#inStep.forEach((subscription) => {
      if (except?.has(subscription.reader.linkId)) subscription.offerPart(entries, from)
      else subscription.offer(frames, from)
    })
  }

  /** Serves those who are not in step and do not wait. */
  serveApart(): void {
    for (const subscription of this.#apart) subscription.catchUp()
  }

  /** Sends everybody to look for themselves what follows a sequence. */
  stepOutAll(after: number): void {
    for (const subscription of this.#inStep) subscription.stepOut(after)
  }
}

/** What is new on a channel. */
export interface Flush {
  /** The frames for everybody, made once. */
  readonly frames: readonly EventFrame[]
  /** The sequence before the first event. */
  readonly from: number
  /** What the frames are made of. */
  readonly entries: readonly LogEntry[]
  /** The connections that do not want one of the events; null when there are none. */
  readonly except: ReadonlySet<string> | null
}
