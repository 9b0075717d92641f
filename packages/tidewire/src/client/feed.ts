import type { EventFields, GapFrame, ServerFrame } from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'
import type { FeedHost, FeedStart, FeedSubscriber } from './feed-ports.ts'
import type { Reply } from './request.ts'
import type { Session } from './session.ts'
import type { ChannelEvent, Gap } from './subscription.ts'
import { TidewireError } from './tidewire-error.ts'

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
  /** The server accepted it there, and whose events count; null while no events do. */
  #source: Session | null = null
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

  /** Where its events come from; null when none are to come. */
  get source(): Session | null {
    return this.#source
  }

  /** The last event delivered, or where delivery starts. */
  get position(): Position | null {
    return this.#position
  }

  /** Adds a subscriber; the first to come opens the subscription. */
  join(subscriber: FeedSubscriber): void {
    this.#subscribers.add(subscriber)
    if (this.#source !== null) subscriber.onBegin(this.#position)
  }

  /** Takes a subscriber away; the last to go ends the subscription. */
  leave(subscriber: FeedSubscriber): void {
    if (!this.#subscribers.delete(subscriber) || this.#subscribers.size > 0) return
    if (this.#host.state.kind === 'online') this.#unsubscribe()
    this.suspend()
    this.#host.forget(this.channel)
  }

  /** Frames may be sent: subscribes, from where it stands; until that is answered, events go on. */
  resume(): void {
    this.#repairedAt = -1
    this.#ask()
  }

  /** Frames may not be sent for now: nothing comes until `resume`. */
  suspend(): void {
    this.lose(this.#source)
    this.#stopWaiting()
  }

  /** Nothing more comes from there. */
  lose(source: Session | null): void {
    if (this.#source !== source) return
    this.#source = null
    this.#missedUpTo = null
  }

  /** It will not go on: tells every subscriber why. */
  end(error: TidewireError): void {
    const subscribers = [...this.#subscribers]
    this.#subscribers.clear()
    this.suspend()
    this.#host.forget(this.channel)
    for (const subscriber of subscribers) subscriber.onEnd(error)
  }

  /** Takes a frame of its source. */
  take(frame: FeedFrame): void {
    switch (frame.type) {
      case 'message':
        return this.#takeEvent(frame)
      case 'batch':
        // One of them may end it.
        for (const event of frame.events) if (this.#source !== null) this.#takeEvent(event)
        return
      case 'gap':
        return this.#takeGap(frame)
      case 'unsubscribed':
        return this.end(new TidewireError(frame.code, frame))
    }
  }

  /** The server says what will not come (P-032). */
  #takeGap({ from, to, missed, reason }: GapFrame): void {
    const isAhead = (missedBetween(from, this.#position) ?? 0) > 0
    if (!isAhead) this.#goOn({ from, to, missed: missed ?? missedBetween(from, to), reason })
    // The source before had more (P-061), or all of it.
    else if ((missedBetween(to, this.#position) ?? -1) < 0) this.#skip(to, reason)
    this.#checkRecovery()
  }

  #ask(): void {
    const since = this.#position
    const giveUp = this.#stopWaiting
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
    giveUp()
  }

  // What comes of it changes nothing.
  #unsubscribe(): void {
    this.#host.request({ type: 'unsubscribe', channel: this.channel })
  }

  #begin(reply: Reply, since: Position | null): void {
    const isRecovered = reply.recovered === true && this.#position?.epoch === since?.epoch
    // Events went on over the source before, so what is lost for who stood there
    // is not lost for who stands here (P-061).
    if (!isRecovered && this.#position !== since) return this.#askAgain()
    const wasLive = this.#source !== null
    this.#source = this.#host.source
    this.#refusals = 0
    if (!isRecovered) this.#skip(reply.position ?? null, reply.reason ?? 'NO_HISTORY')
    else if (!wasLive) {
      this.#missedUpTo = reply.top ?? null
      this.#recovered = 0
    }
    this.#checkRecovery()
    this.#hasBegun = true
    this.#each((subscriber) => subscriber.onBegin(this.#position))
  }

  #skip(to: Position | null, reason: Gap['reason']): void {
    const from = this.#position
    this.#goOn({ from, to, missed: missedBetween(from, to), reason })
  }

  #goOn(gap: Gap): void {
    this.#position = gap.to
    if (this.#hasBegun || gap.from !== null) this.#each((subscriber) => subscriber.onGap(gap))
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
    this.#ask()
  }

  #takeEvent(event: EventFields): void {
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
      this.#source = null
      this.#askAgain()
      return false
    }
    // The server was asked for what is missing and skipped it again.
    const to = { epoch: position.epoch, offset: predecessor }
    this.#skip(to, 'HOLE')
    return true
  }

  #deliver({ offset, payload, from, time }: EventFields): void {
    this.#recovered += 1
    const event: ChannelEvent = { channel: this.channel, payload, offset, from, time }
    for (const subscriber of this.#subscribers) subscriber.onEvent(event)
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

/** What a server says of a channel. */
type FeedFrame = Extract<ServerFrame, { readonly channel: string }>

/** Refusals that say nothing about the subscription itself. */
const temporary: ReadonlySet<string> = new Set(['BROKER_UNAVAILABLE', 'INTERNAL', 'TIMEOUT'])

/** Null across epochs: their offsets do not compare. */
function missedBetween(from: Position | null, to: Position | null): number | null {
  return from !== null && from.epoch === to?.epoch ? to.offset - from.offset : null
}
