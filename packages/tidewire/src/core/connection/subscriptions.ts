import type { Channel, Joining } from '../channel/channel.ts'
import type { Reader } from '../channel/reader.ts'
import { Subscription } from '../channel/subscription.ts'
import type { Engine } from './engine.ts'

/**
 * The subscriptions of one connection, by channel: each opened once, ended
 * once, and gone from its channel when the connection is.
 */
export class Subscriptions {
  readonly #engine: Engine
  // A list and not a map: most connections have one, none has many, and a map
  // of one weighs as much as everything else here.
  #open: readonly Subscription[] = none
  // Hardly ever any.
  #reserved: readonly Reservation[] = none

  constructor(engine: Engine) {
    this.#engine = engine
  }

  get size(): number {
    return this.#open.length
  }

  get isFull(): boolean {
    return this.#open.length + this.#reserved.length >= this.#engine.limits.maxChannels
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined || this.#reservationOf(name) !== undefined
  }

  /** Every subscription, also those that are being opened. */
  all(): readonly Subscription[] {
    return this.#open
  }

  /**
   * Keeps a place for a subscription while somebody is being asked whether it
   * may be; `end` takes it away again. `settled` never rejects.
   */
  reserve(name: string, settled: Promise<unknown>): Reservation {
    const reservation = { name, settled }
    this.#reserved = [...this.#reserved, reservation]
    return reservation
  }

  /** Gives a place up; whether it was still kept. */
  giveUp(reservation: Reservation): boolean {
    if (!this.#reserved.includes(reservation)) return false
    this.#reserved = this.#reserved.filter((other) => other !== reservation)
    return true
  }

  /**
   * Joins a channel, at once where it can be; false when the subscription was
   * ended before it began. Rejects when the broker fails; a subscription that
   * failed is gone again.
   */
  open(channel: Channel, reader: Reader, joining: Joining): boolean | Promise<boolean> {
    const subscription = new Subscription(channel, reader)
    // Anything but `concat` makes room for 16 more, which hardly anybody ever needs.
    this.#open = this.#open.concat(subscription)
    try {
      const joined = channel.join(subscription, joining)
      return joined instanceof Promise ? this.#openLater(subscription, joined) : joined
    } catch (cause) {
      this.drop(subscription)
      throw cause
    }
  }

  /**
   * Settles, and never rejects, when the next step of a subscription that has not
   * begun is done: it was permitted or not, it was joined or failed. Null when
   * there is none such.
   */
  joining(name: string): Promise<unknown> | null {
    const settled = this.#reservationOf(name)?.settled ?? this.#find(name)?.joined ?? null
    return settled?.catch(() => false) ?? null
  }

  /** The connection takes frames again. */
  catchUp(): void {
    for (const subscription of this.#open) {
      if (subscription.place === 'congested') subscription.catchUp()
    }
  }

  /** Ends what there is on a channel, begun or not; whether there was anything. */
  end(name: string): boolean {
    const reservation = this.#reservationOf(name)
    if (reservation !== undefined) return this.giveUp(reservation)
    const subscription = this.#find(name)
    return subscription !== undefined && this.drop(subscription)
  }

  endAll(): void {
    this.#reserved = none
    for (const subscription of this.#open) this.drop(subscription)
  }

  /** Ends a subscription; whether it was there. */
  drop(subscription: Subscription): boolean {
    const open = this.#open.filter((other) => other !== subscription)
    if (open.length === this.#open.length) return false
    this.#open = open
    subscription.channel.leave(subscription)
    this.#engine.release(subscription.channel.name)
    return true
  }

  async #openLater(subscription: Subscription, joined: Promise<boolean>): Promise<boolean> {
    subscription.joined = joined
    try {
      return await joined
    } catch (cause) {
      this.drop(subscription)
      throw cause
    } finally {
      subscription.joined = null
    }
  }

  #find(name: string): Subscription | undefined {
    return this.#open.find(({ channel }) => channel.name === name)
  }

  #reservationOf(name: string): Reservation | undefined {
    return this.#reserved.find((reservation) => reservation.name === name)
  }
}

/** Kept for a subscription that nobody has allowed yet. */
export interface Reservation {
  readonly name: string
  readonly settled: Promise<unknown>
}

const none: readonly never[] = []
