import type { EventFields, GapFrame } from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'
import type { OnFailure, OnReply, Reply, RequestFrame } from './request.ts'
import type { ChannelEvent, Gap, Recovered } from './subscription.ts'
import type { TidewireError } from './tidewire-error.ts'

/**
 * One channel's subscription on the wire, shared by every subscriber of this
 * client, and the position it has reached.
 *
 * Asks again after every reconnect, from that position. Its promise: each event
 * after the start goes to the subscribers once and in order, or a gap is told in
 * its place (P-032). It trusts no order but that of the offsets.
 */
export class Feed {
  readonly channel: string
  readonly #host: FeedHost
  readonly #last: number | undefined
  readonly #subscribers = new Set<FeedSubscriber>()
  #phase: 'off' | 'asked' | 'live' = 'off'
  #position: Position | null
  #hasBegun = false
  /** The offset at which a hole was last seen; a second one there is real. */
  #repairedAt = -1
  /** The newest of the events that were missed; null when none are on their way. */
  #missedUpTo: number | null = null
  /** How many of them have come. */
  #recovered = 0
  #refusals = 0
  /** Gives up what it waits for: an answer, or the moment to ask again. */
  #stopWaiting: () => void = () => undefined

  constructor(channel: string, host: FeedHost, { since, last }: FeedStart) {
    this.channel = channel
    this.#host = host
    this.#last = last
    this.#position = since ?? null
  }

  /** The last event delivered, or where delivery starts. */
  get position(): Position | null {
    return this.#position
  }

  /** Adds a subscriber; the first to come opens the subscription. */
  join(subscriber: FeedSubscriber): void {
    this.#subscribers.add(subscriber)
    if (this.#phase === 'live') subscriber.onBegin(this.#position)
  }

  /** Takes a subscriber away; the last to go ends the subscription. */
  leave(subscriber: FeedSubscriber): void {
    if (!this.#subscribers.delete(subscriber) || this.#subscribers.size > 0) return
    if (this.#phase !== 'off') this.#unsubscribe()
    this.suspend()
    this.#host.forget(this.channel)
  }

  /** Frames may be sent: subscribes, from where it stands. */
  resume(): void {
    this.#repairedAt = -1
    this.#ask(this.#position)
  }

  /** Frames may not be sent for now: nothing comes until `resume`. */
  suspend(): void {
    this.#phase = 'off'
    this.#missedUpTo = null
    this.#stopWaiting()
  }

  /** It will not go on: tells every subscriber why. */
  end(error: TidewireError): void {
    const subscribers = [...this.#subscribers]
    this.#subscribers.clear()
    this.suspend()
    this.#host.forget(this.channel)
    for (const subscriber of subscribers) subscriber.onEnd(error)
  }

  /** Takes the events of a frame, oldest first. */
  takeEvents(events: readonly EventFields[]): void {
    // Before the ack, events are those of a subscription that was given up
    // (P-021); what of them belongs here comes again after the ack.
    for (const event of events) if (this.#phase === 'live') this.#take(event)
  }

  /** The server says what will not come (P-032). */
  takeGap({ from, to, missed, reason }: GapFrame): void {
    if (this.#phase !== 'live') return
    this.#tellGap({ from, to, missed, reason })
    this.#position = to
    this.#checkRecovery()
  }

  #ask(since: Position | null): void {
    this.#phase = 'asked'
    this.#stopWaiting = this.#host.request(
      {
        type: 'subscribe',
        channel: this.channel,
        since: since ?? undefined,
        last: this.#last,
      },
      (reply) => this.#begin(reply, since),
      (error) => this.#refused(error),
    )
  }

  #unsubscribe(): void {
    this.#host.request({ type: 'unsubscribe', channel: this.channel }, ignore, ignore)
  }

  #begin(reply: Reply, since: Position | null): void {
    this.#phase = 'live'
    this.#refusals = 0
    if (reply.recovered === true) this.#recover(reply.top)
    else this.#restart(reply, since)
    this.#hasBegun = true
    this.#each((subscriber) => subscriber.onBegin(this.#position))
  }

  #recover(top: number | undefined): void {
    if (top === undefined) return
    this.#missedUpTo = top
    this.#recovered = 0
    this.#checkRecovery()
  }

  #restart({ position = null, reason = 'NO_HISTORY' }: Reply, since: Position | null): void {
    this.#position = position
    if (since === null && !this.#hasBegun) return
    this.#tellGap({ from: since, to: position, missed: missedBetween(since, position), reason })
  }

  #refused(error: TidewireError): void {
    if (!temporary.has(error.code)) return this.end(error)
    this.#refusals += 1
    this.#stopWaiting = this.#host.retryLater(this.#refusals, error, () => this.#askAgain())
  }

  // Whether the server holds a subscription already is not known here; one
  // unsubscribe too many does no harm, one too few is ALREADY_SUBSCRIBED.
  #askAgain(): void {
    this.#unsubscribe()
    this.#ask(this.#position)
  }

  #take(event: EventFields): void {
    const { offset } = event
    if (offset !== undefined && this.#position !== null) {
      if (!this.#isNext(event, offset, this.#position)) return
      this.#position = { epoch: this.#position.epoch, offset }
    }
    this.#deliver(event)
    this.#checkRecovery()
  }

  #isNext({ prev }: EventFields, offset: number, position: Position): boolean {
    if (offset <= position.offset) return false
    const predecessor = prev ?? offset - 1
    if (predecessor <= position.offset) return true
    if (this.#repairedAt !== position.offset) {
      this.#repairedAt = position.offset
      this.#askAgain()
      return false
    }
    // The server was asked for what is missing and skipped it again.
    const to = { epoch: position.epoch, offset: predecessor }
    this.#tellGap({ from: position, to, missed: missedBetween(position, to), reason: 'HOLE' })
    return true
  }

  #deliver({ offset, payload, from, time }: EventFields): void {
    this.#recovered += 1
    const event: ChannelEvent = { channel: this.channel, payload, offset, from, time }
    for (const subscriber of this.#subscribers) subscriber.onEvent(event)
  }

  #tellGap(gap: Gap): void {
    this.#each((subscriber) => subscriber.onGap(gap))
  }

  #checkRecovery(): void {
    if (this.#missedUpTo === null || this.#position === null) return
    if (this.#position.offset < this.#missedUpTo) return
    this.#missedUpTo = null
    const events = this.#recovered
    this.#each((subscriber) => subscriber.onRecovered({ events }))
  }

  // Over a copy: one that joins from within a handler was not there when it happened.
  #each(tell: (subscriber: FeedSubscriber) => void): void {
    for (const subscriber of [...this.#subscribers]) tell(subscriber)
  }
}

/** What a feed needs of its client. */
export interface FeedHost {
  /** Asks the server, in order; only while frames may be sent. What comes back gives it up. */
  request(frame: RequestFrame, onReply: OnReply, onFailure: OnFailure): () => void
  /** Calls back when a request that was refused for now may be tried again; the answer cancels. */
  retryLater(refusals: number, error: TidewireError, callback: () => void): () => void
  /** The channel's feed has ended; the next subscriber needs another. */
  forget(channel: string): void
}

/** Where a feed begins; see `SubscribeOptions`. */
export interface FeedStart {
  readonly since?: Position | undefined
  readonly last?: number | undefined
}

/** One of those who share a feed. Its methods never throw. */
export interface FeedSubscriber {
  /** The server accepted the subscription, for the first time or again. */
  onBegin(position: Position | null): void
  onEvent(event: ChannelEvent): void
  onGap(gap: Gap): void
  onRecovered(recovered: Recovered): void
  /** Nothing follows; not called for a subscriber that left. */
  onEnd(error: TidewireError): void
}

/** Refusals that say nothing about the subscription itself. */
const temporary: ReadonlySet<string> = new Set(['BROKER_UNAVAILABLE', 'INTERNAL', 'TIMEOUT'])

function ignore(): void {
  // What comes of an unsubscribe changes nothing.
}

/** Null across epochs: their offsets do not compare. */
function missedBetween(from: Position | null, to: Position | null): number | null {
  return from !== null && from.epoch === to?.epoch ? to.offset - from.offset : null
}
