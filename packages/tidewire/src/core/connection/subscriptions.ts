import type { Channel, Joining } from '../channel/channel.ts'
import type { Reader } from '../channel/reader.ts'
import { Subscription } from '../channel/subscription.ts'

/**
 * The subscriptions of one connection, by channel: each opened once, ended
 * once, and gone from its channel when the connection is.
 */
export class Subscriptions {
  readonly #maxChannels: number
  readonly #release: (channel: Channel) => void
  readonly #open = new Map<string, Subscription>()

  /** @param release called whenever a channel has lost a subscriber. */
  constructor(maxChannels: number, release: (channel: Channel) => void) {
    this.#maxChannels = maxChannels
    this.#release = release
  }

  get size(): number {
    return this.#open.size
  }

  get isFull(): boolean {
    return this.#open.size >= this.#maxChannels
  }

  has(name: string): boolean {
    return this.#open.has(name)
  }

  /** Every channel subscribed to, or being joined. */
  channels(): readonly Channel[] {
    return Array.from(this.#open.values(), ({ channel }) => channel)
  }

  /**
   * Joins a channel; false when the subscription was ended before it began.
   * Rejects when the broker fails; the subscription is then gone again.
   */
  async open(channel: Channel, reader: Reader, joining: Joining): Promise<boolean> {
    const subscription = new Subscription(channel, reader)
    this.#open.set(channel.name, subscription)
    try {
      return await channel.join(subscription, joining)
    } catch (cause) {
      if (this.#open.get(channel.name) === subscription) this.end(channel.name)
      throw cause
    }
  }

  /** The connection takes frames again. */
  catchUp(): void {
    for (const subscription of this.#open.values()) {
      if (subscription.place === 'congested') subscription.catchUp()
    }
  }

  /** Whether there was one to end. */
  end(name: string): boolean {
    const subscription = this.#open.get(name)
    if (subscription === undefined) return false
    this.#open.delete(name)
    subscription.channel.leave(subscription)
    this.#release(subscription.channel)
    return true
  }

  endAll(): void {
    for (const name of [...this.#open.keys()]) this.end(name)
  }
}
