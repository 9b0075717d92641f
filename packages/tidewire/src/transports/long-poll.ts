import type { CancelTimer, Clock } from '../core/ports/clock.ts'
import type { AcceptLink, Handshake } from '../core/ports/link.ts'
import type { SharedFrame } from '../core/ports/shared-frame.ts'
import type {
  AckFrame,
  ErrorFrame,
  GapFrame,
  ServerFrame,
  UnsubscribedFrame,
} from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'
import { utf8Length } from '../protocol/utf8.ts'
import { type Ending, isAnswer, questionId } from './http/ask.ts'
import { Exchange, type ExchangeHearer, fullBytes } from './http/exchange.ts'
import { Patience } from './http/patience.ts'
import { eventsIn } from './long-poll/frame-events.ts'

/**
 * Waits for the next events of one channel (P-071): a connection that subscribes,
 * lives until something has come, and gathers for a moment what comes with it.
 *
 * Whatever it answers, `position` is where to ask next, and nothing between the
 * two is skipped without a word.
 */
export class LongPoll implements ExchangeHearer {
  readonly #options: LongPollOptions
  readonly #exchange = new Exchange(this)
  readonly #onResult: (result: PollResult) => void
  readonly #events: string[] = []
  readonly #patience: Patience
  #position: Position | null
  #heldBytes = 0
  #hasBegun = false
  #cancelGathering: CancelTimer | null = null
  #isOver = false

  constructor(options: LongPollOptions, onResult: (result: PollResult) => void) {
    const { channel, since, accept, caller } = options
    this.#options = options
    this.#onResult = onResult
    this.#patience = new Patience(options.wheel, () => this.#answer())
    this.#position = since ?? null
    this.#exchange.start(accept, { ...caller, transport: 'long-poll' })
    const start = since === undefined ? {} : { since }
    this.#exchange.say({ type: 'subscribe', id: questionId, channel, ...start })
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Its client has left: nothing is answered. */
  abandon(): void {
    this.#stop()
  }

  onFrame(frame: ServerFrame): void {
    if (this.#isOver) return
    if (isAnswer(frame)) return this.#begin(frame)
    if (frame.type === 'gap') return this.#tellGap(frame)
    if (frame.type === 'unsubscribed') return this.#end(frame)
    // Its client asks again, at another node, when it is its turn.
    if (frame.type === 'drain') this.#patience.atMost(frame.reconnectAfterMs)
  }

  onEvents(frame: SharedFrame): void {
    if (this.#isOver) return
    for (const { text, offset } of this.#wanted(frame)) {
      this.#events.push(text)
      this.#heldBytes += utf8Length(text)
      this.#position = offsetIn(frame, offset)
    }
    const isFull = this.#events.length >= this.#options.limit || this.#heldBytes > fullBytes
    if (isFull) return this.#answer()
    this.#cancelGathering ??= this.#options.clock.after(gatherMs, () => this.#answer())
  }

  onClose(code: number, reason: string): void {
    if (this.#isOver) return
    const isLeaving = this.#hasBegun && leavingCodes.has(code)
    if (isLeaving || this.#events.length > 0) this.#answer()
    else this.#finish({ type: 'ending', code, reason })
  }

  // Without history what is left out now is lost: there `limit` is none.
  #wanted(frame: SharedFrame) {
    const events = eventsIn(frame)
    const room = this.#options.limit - this.#events.length
    return frame.place.position === null ? events : events.slice(0, room)
  }

  #begin(frame: AckFrame | ErrorFrame): void {
    if (frame.type === 'error') return this.#finish(frame)
    const { position = null, recovered, reason } = frame
    if (recovered === false && position !== null) return this.#finish({ type: 'not-recovered' })
    this.#hasBegun = true
    this.#position = position
    if (reason === undefined) this.#patience.atMost(this.#options.waitMs)
    else this.#answer({ recovered: false, reason })
  }

  #end({ code, message }: UnsubscribedFrame): void {
    if (this.#events.length > 0) this.#answer()
    else this.#finish({ type: 'error', code, message })
  }

  // Events that came before it are answered first: the next poll is told.
  #tellGap({ to, reason, missed }: GapFrame): void {
    if (this.#events.length > 0) return this.#answer()
    this.#position = to
    this.#answer({ recovered: false, reason, missed })
  }

  #answer(recovery: Recovery = { recovered: true }): void {
    this.#finish({ type: 'events', events: this.#events, position: this.#position, ...recovery })
  }

  #finish(result: PollResult): void {
    if (this.#isOver) return
    this.#stop()
    this.#onResult(result)
  }

  #stop(): void {
    this.#isOver = true
    this.#patience.cancel()
    this.#cancelGathering?.()
    this.#exchange.end()
  }
}

export interface LongPollOptions {
  readonly channel: string
  /** Wait for what comes after it; without it, for the next event. */
  readonly since?: Position | undefined
  /** The most events of one answer; on a channel without history it does not count. */
  readonly limit: number
  /** How long to wait, in ms; then the answer has no events. */
  readonly waitMs: number
  readonly caller: Omit<Handshake, 'codec' | 'transport'>
  readonly accept: AcceptLink
  readonly clock: Clock
  /** Coarse timers. */
  readonly wheel: Clock
}

/** What a poll comes to. */
export type PollResult =
  | PolledEvents
  /** Not every event after `since` can be had: what is kept has to be read. */
  | { readonly type: 'not-recovered' }
  | ErrorFrame
  | Ending

/** What has come, each event as JSON text, and where to ask next. */
export interface PolledEvents extends Recovery {
  readonly type: 'events'
  readonly events: readonly string[]
  readonly position: Position | null
}

/** Whether nothing is missing before the events; else why, and how many as far as it is known. */
export interface Recovery {
  readonly recovered: boolean
  readonly reason?: string
  readonly missed?: number | null
}

// What is published in one go comes in one answer: a poll costs more than an event.
const gatherMs = 25

/** The server leaves and its clients come back: nothing is wrong with the poll. */
const leavingCodes: ReadonlySet<number> = new Set([1001, 1012])

function offsetIn({ place }: SharedFrame, offset: number | null): Position | null {
  return place.position === null || offset === null ? null : { epoch: place.position.epoch, offset }
}
