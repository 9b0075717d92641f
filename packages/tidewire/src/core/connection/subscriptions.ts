import type { Channel, Joining } from '../channel/channel.ts'
import type { Reader } from '../channel/reader.ts'
import { type SubscribedChannel, Subscription } from '../channel/subscription.ts'
import type { Engine } from './engine.ts'

/**
 * The subscriptions of one connection, by channel: each opened once, ended
 * once, and gone from its channel when the connection is.
 */
export class Subscriptions {
  readonly #engine: Engine
  // A list and not a map: most connections have one, none has many, and a map
  // of one weighs as much as everything else here.
  #open: Subscription[] = []

  constructor(engine: Engine) {
    this.#engine = engine
  }

  get size(): number {
    return this.#open.length
  }

  get isFull(): boolean {
    return this.#open.length >= this.#engine.limits.maxChannels
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined
  }

  /** Every channel subscribed to, or being joined. */
  channels(): readonly SubscribedChannel[] {
    return this.#open.map(({ channel }) => channel)
  }

  /**
   * Joins a channel; false when the subscription was ended before it began.
   * Rejects when the broker fails; the subscription is then gone again.
   */
  async open(channel: Channel, reader: Reader, joining: Joining): Promise<boolean> {
    const subscription = new Subscription(channel, reader)
    this.#open.push(subscription)
    const joined = channel.join(subscription, joining)
    subscription.joined = joined
    try {
      return await joined
    } catch (cause) {
      this.#end(subscription)
      throw cause
    } finally {
      subscription.joined = null
    }
  }

  /** Settles, and never rejects, when a subscription that is being opened has begun or failed; null when none is. */
  joining(name: string): Promise<unknown> | null {
    return this.#find(name)?.joined?.catch(() => false) ?? null
  }

  /** The connection takes frames again. */
  catchUp(): void {
    for (const subscription of this.#open) {
      if (subscription.place === 'congested') subscription.catchUp()
    }
  }

  /** Whether there was one to end. */
  end(name: string): boolean {
    const subscription = this.#find(name)
    return subscription !== undefined && this.#end(subscription)
  }

  endAll(): void {
    for (const subscription of [...this.#open]) this.#end(subscription)
  }

  #find(name: string): Subscription | undefined {
    return this.#open.find(({ channel }) => channel.name === name)
  }

  #end(subscription: Subscription): boolean {
    const open = this.#open.filter((other) => other !== subscription)
    if (open.length === this.#open.length) return false
    this.#open = open
    subscription.channel.leave(subscription)
    this.#engine.release(subscription.channel.name)
    return true
  }
}
