import type { Channel } from './channel.ts'
import type { Start } from './recovery.ts'
import type { Beginning, Subscriber } from './subscriber.ts'

/**
 * The subscriptions of one connection, by channel: each opened once, ended
 * once, and gone from its channel when the connection is.
 */
export class Subscriptions {
  readonly #maxChannels: number
  readonly #write: (frame: Uint8Array) => boolean
  readonly #release: (channel: Channel) => void
  readonly #open = new Map<string, Subscription>()

  constructor({ maxChannels, write, release }: SubscriptionsContext) {
    this.#maxChannels = maxChannels
    this.#write = write
    this.#release = release
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
  async open(channel: Channel, opening: Opening): Promise<boolean> {
    const subscription = new Subscription(channel, this.#write, opening.acknowledge)
    this.#open.set(channel.name, subscription)
    try {
      return await channel.join(subscription, opening.start)
    } catch (cause) {
      if (this.#open.get(channel.name) === subscription) this.end(channel.name)
      throw cause
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

/** How subscriptions reach their connection and give a channel back. */
export interface SubscriptionsContext {
  readonly maxChannels: number
  /** Writes a shared frame; false when the connection takes no more. */
  readonly write: (frame: Uint8Array) => boolean
  /** Called whenever a channel lost a subscriber. */
  readonly release: (channel: Channel) => void
}

/** What a new subscription starts with. */
export interface Opening {
  readonly start: Start
  /** Answers the request; called before the first event, or never. */
  readonly acknowledge: (beginning: Beginning) => void
}

class Subscription implements Subscriber {
  readonly channel: Channel
  readonly #write: (frame: Uint8Array) => boolean
  readonly #acknowledge: (beginning: Beginning) => void

  constructor(
    channel: Channel,
    write: (frame: Uint8Array) => boolean,
    acknowledge: (beginning: Beginning) => void,
  ) {
    this.channel = channel
    this.#write = write
    this.#acknowledge = acknowledge
  }

  begin(beginning: Beginning): void {
    // The ack before the first event: a client that gets data for a subscription
    // it does not know of yet has to treat it as an error (P-021).
    this.#acknowledge(beginning)
    this.deliver(beginning.frames)
  }

  deliver(frames: readonly Uint8Array[]): void {
    for (const frame of frames) if (!this.#write(frame)) return
  }
}
