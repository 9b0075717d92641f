import type { Position } from '../../protocol/position.ts'
import type { Broker, BrokerEvent, HistoryBounds, HistoryPage } from '../ports/broker.ts'
import type { CancelTimer, Clock } from '../ports/clock.ts'

/**
 * What a channel gets from the broker, made contiguous.
 *
 * Finds what was lost between broker and node: an offset that jumps at once,
 * and on a quiet channel a position check. Then it reads on from history, and
 * only what is gone there, too, is told as a loss.
 */
export class ChannelFeed {
  readonly #options: FeedOptions
  readonly #early: BrokerEvent[] = []
  #state: FeedState = { kind: 'attaching' }
  #reading: Promise<void> | null = null
  #mayMiss = false
  #cancelCheck: CancelTimer | null = null

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /**
   * Subscribes at the broker. Resolves with where delivery starts; null on a
   * channel without history. Rejects with BrokerUnavailable.
   */
  async attach(): Promise<Position | null> {
    const { broker, channel, history } = this.#options
    const receive = (event: BrokerEvent) => this.#receive(event)
    return broker.subscribe(channel, receive, history)
  }

  /** Begins to pass events on, those included that came since `attach`. */
  start(position: Position | null): void {
    if (this.#state.kind === 'detached') return
    this.#state = { kind: 'live', top: position }
    for (const event of this.#early.splice(0)) this.#receive(event)
    this.#checkLater()
    if (this.#mayMiss) this.readOn()
  }

  /** Events may have been lost on their way: reads on at once, and goes on as if nothing had happened. */
  readOn(): void {
    // Asked for after it was known, a page has what was lost; one that is being
    // read may not have it.
    this.#mayMiss = true
    const state = this.#state
    if (state.kind === 'live' && state.top !== null) this.#refill(state.top)
  }

  /**
   * Reads on until nothing is missing, whether anything is known to be or not:
   * what a position check would find later. Rejects with BrokerUnavailable; it
   * is then tried again.
   */
  async catchUp(): Promise<void> {
    const state = this.#state
    if (state.kind === 'live' && state.top !== null) this.#refill(state.top)
    if (this.#state.kind === 'refilling') await this.#readOn()
  }

  detach(): void {
    this.#state = { kind: 'detached' }
    this.#cancelCheck?.()
    this.#options.broker.unsubscribe(this.#options.channel)
  }

  #receive(event: BrokerEvent): void {
    const state = this.#state
    if (state.kind === 'attaching') this.#early.push(event)
    // History has the event, too; the refill goes on until it has reached it.
    if (state.kind === 'refilling') this.#state = { ...state, seen: event.position }
    if (state.kind !== 'live') return
    if (event.position === null || state.top === null) return this.#options.onEvent(event)
    if (isNext(event.position, state.top)) this.#pass(event, event.position)
    else if (!isKnown(event.position, state.top)) this.#refill(state.top)
  }

  #pass(event: BrokerEvent, position: Position): void {
    this.#state = { kind: 'live', top: position }
    this.#options.onEvent(event)
  }

  /** Reads on from history until nothing is missing. */
  #refill(top: Position): void {
    this.#state = { kind: 'refilling', top, seen: null }
    this.#readOn()
      .then(() => this.#checkLater())
      .catch((cause: unknown) => {
        this.#options.onFailure(cause)
        this.#options.clock.after(retryMs, () => this.#retry())
      })
  }

  #retry(): void {
    if (this.#state.kind === 'refilling') this.#refill(this.#state.top)
  }

  // One reader at a time: a page is only good for the place it was asked from.
  #readOn(): Promise<void> {
    this.#reading ??= this.#readPages()
    return this.#reading
  }

  async #readPages(): Promise<void> {
    try {
      while (this.#state.kind === 'refilling') {
        this.#mayMiss = false
        const page = await this.#read(this.#state.top.offset, refillEvents)
        if (this.#state.kind === 'refilling') this.#takePage(page, this.#state)
      }
    } finally {
      // In the turn of the last page: who finds something missing in the next one
      // must not wait for a reader that has left.
      this.#reading = null
    }
  }

  #takePage(page: HistoryPage, state: Refilling): void {
    const { top, seen } = state
    if (page.epoch !== top.epoch || page.trimmedOffset > top.offset) {
      const position = { epoch: page.epoch, offset: page.trimmedOffset }
      this.#state = { ...state, top: position }
      return this.#options.onLoss(position)
    }
    const newest = page.events.at(-1)?.position ?? top
    const hasSeen = seen === null || isKnown(seen, newest)
    const isComplete = newest.offset >= page.topOffset && hasSeen && !this.#mayMiss
    // Seen in another epoch, it is older than this page or newer: the next page,
    // asked for after it was seen, decides.
    const stillSeen = seen?.epoch === page.epoch ? seen : null
    this.#state = isComplete
      ? { kind: 'live', top: newest }
      : { ...state, top: newest, seen: stillSeen }
    for (const event of page.events) this.#options.onEvent(event)
  }

  /** Compares positions with the broker now and then: a quiet channel may have lost its last event. */
  #checkLater(): void {
    this.#cancelCheck?.()
    if (this.#options.history === null || this.#state.kind === 'detached') return
    this.#cancelCheck = this.#options.clock.after(positionCheckMs, () => {
      this.#check().catch((cause: unknown) => {
        this.#options.onFailure(cause)
        this.#checkLater()
      })
    })
  }

  async #check(): Promise<void> {
    const before = this.#topWhileLive()
    const page = await this.#read(0, 0)
    const now = this.#topWhileLive()
    const isQuiet = before !== null && now !== null && isKnown(before, now) && isKnown(now, before)
    const isBehind = now !== null && (page.epoch !== now.epoch || page.topOffset > now.offset)
    if (isQuiet && isBehind) this.#refill(now)
    else this.#checkLater()
  }

  #topWhileLive(): Position | null {
    return this.#state.kind === 'live' ? this.#state.top : null
  }

  async #read(after: number, limit: number): Promise<HistoryPage> {
    return this.#options.broker.read(this.#options.channel, { after, limit })
  }
}

export interface FeedOptions {
  readonly broker: Broker
  readonly channel: string
  readonly history: HistoryBounds | null
  /** Coarse timers. */
  readonly clock: Clock
  /** The next event, contiguous with the one before. */
  readonly onEvent: (event: BrokerEvent) => void
  /** Events are lost for good; what follows comes after this position. */
  readonly onLoss: (position: Position) => void
  /** The broker failed; it is tried again. */
  readonly onFailure: (cause: unknown) => void
}

type FeedState =
  | { readonly kind: 'attaching' }
  | { readonly kind: 'live'; readonly top: Position | null }
  | Refilling
  | { readonly kind: 'detached' }

interface Refilling {
  readonly kind: 'refilling'
  readonly top: Position
  /** The newest event the broker passed on meanwhile. */
  readonly seen: Position | null
}

const refillEvents = 1_000
const retryMs = 1_000
const positionCheckMs = 40_000

function isNext(position: Position, top: Position): boolean {
  return position.epoch === top.epoch && position.offset === top.offset + 1
}

function isKnown(position: Position, top: Position): boolean {
  return position.epoch === top.epoch && position.offset <= top.offset
}
