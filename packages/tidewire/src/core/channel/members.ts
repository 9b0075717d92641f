import type { EventFrame } from './frames.ts'
import type { Subscription } from './subscription.ts'

/**
 * Who reads a channel, and who of them is in step.
 *
 * A reader in step is one entry of a set. Readers that wait for their
 * connection or for history are in neither set and cost a flush nothing.
 */
export class Members {
  readonly #all = new Set<Subscription>()
  readonly #inStep = new Set<Subscription>()
  readonly #apart = new Set<Subscription>()

  get isEmpty(): boolean {
    return this.#all.size === 0
  }

  get inStep(): number {
    return this.#inStep.size
  }

  add(subscription: Subscription): void {
    this.#all.add(subscription)
  }

  remove(subscription: Subscription): void {
    this.#all.delete(subscription)
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

  /**
   * Offers the frames of a flush to all in step. Those who do not want one of
   * the events (`except`, by connection) are served by themselves.
   */
  offer(frames: readonly EventFrame[], from: number, except: ReadonlySet<string> | null): void {
    if (except !== null) this.#setAside(except, from)
    for (const subscription of this.#inStep) subscription.offer(frames, from)
  }

  /** Serves those who are not in step and do not wait. */
  serveApart(): void {
    for (const subscription of this.#apart) subscription.catchUp()
  }

  /** Sends everybody to look for themselves what follows a sequence. */
  stepOutAll(after: number): void {
    for (const subscription of this.#inStep) subscription.stepOut(after)
  }

  #setAside(except: ReadonlySet<string>, from: number): void {
    for (const subscription of this.#inStep) {
      if (except.has(subscription.reader.connectionId)) subscription.stepOut(from)
    }
  }
}
