import type { IsPublishable, PayloadOf, PublishPayloadOf } from '../protocol/channel-types.ts'
import type { Position } from '../protocol/position.ts'
import type { ChannelEvent, SubscribeOptions, Subscription } from './subscription.ts'

/**
 * A channel as an application holds it: types only. `client.ts` makes them.
 */

/** What `client.channel(name)` gives; it has `publish` where the contract lets clients publish. */
export type ChannelOf<TChannels, TName extends string> =
  IsPublishable<TChannels, TName> extends true
    ? SubscribableChannel<PayloadOf<TChannels, TName>> &
        PublishableChannel<PublishPayloadOf<TChannels, TName>>
    : SubscribableChannel<PayloadOf<TChannels, TName>>

/** The reading side of a channel. */
export interface SubscribableChannel<TPayload = unknown> {
  readonly name: string

  /**
   * Calls the handler with every event, oldest first, over reconnects, until
   * the subscription is disposed or ends. All subscriptions of a client to one
   * channel share one on the wire. Delivery starts when `ready` resolves: to
   * see what one publishes oneself, wait for it, or ask for `last`. What the
   * handler throws, or rejects with, is told by the client's `error` event.
   */
  subscribe(
    handler: (event: ChannelEvent<TPayload>) => unknown,
    options?: SubscribeOptions,
  ): Subscription

  /**
   * The events for `for await`. Subscribes at once; leaving the loop, or the
   * `signal`, unsubscribes. Throws where the subscription ends otherwise, and
   * where the loop has fallen behind by more than `maxBuffered`.
   */
  events(options?: StreamOptions): AsyncIterableIterator<ChannelEvent<TPayload>>

  /** `events()` with no options: `for await (const event of channel)`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ChannelEvent<TPayload>>

  /**
   * Reads kept events without subscribing (P-025): those after an offset, else
   * the newest, oldest first. Waits, and ends, like `client.call`; a channel that
   * keeps nothing rejects with `NO_HISTORY`.
   */
  history(options?: HistoryOptions): Promise<HistoryPage<TPayload>>
}

/** Which kept events `history` reads. */
export interface HistoryOptions {
  /** Only events after this offset, the oldest of them first. */
  readonly after?: number | undefined

  /** Only events before this offset. */
  readonly before?: number | undefined

  /** How many at most. Default 100; the server gives no more than 1,000. */
  readonly limit?: number | undefined

  /** Aborting it rejects with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
}

/** What `history` answers. */
export interface HistoryPage<TPayload = unknown> {
  /** The newest event of the channel, which need not be among these. */
  readonly position: Position | null
  /** Oldest first. */
  readonly events: readonly ChannelEvent<TPayload>[]
}

/** The writing side of a channel. */
export interface PublishableChannel<TPayload = unknown> {
  /**
   * Publishes; resolves when the broker has the event.
   *
   * While the connection is down it waits, and what was sent without an answer
   * when the connection broke is sent again on the next one, each with its key
   * and all in the order they were made: an event enters once. One
   * that follows another to the same channel leaves when that is answered, with
   * all others that wait for it: where the server refuses some for being over its
   * rate (P-060), they are sent again later, and in their order still. Everything
   * together may take `publishTimeoutMs`, then it rejects with `TIMEOUT`; the
   * event may be in the channel all the same, and publishing it again with the
   * same `key` is safe. Beyond `maxQueued` it rejects with `QUEUE_FULL`. A
   * refusal has the server's code.
   */
  publish(payload: TPayload, options?: PublishOptions): Promise<PublishResult>
}

/** Options of `publish`. */
export interface PublishOptions {
  /**
   * Makes it idempotent: within the dedupe window (5 min by default) a channel
   * takes a key once. 1 to 128 bytes. Default: one nobody else has.
   */
  readonly key?: string | undefined

  /**
   * False: not delivered on the connection it was published on. What a
   * reconnect recovers, or what a server delivers that the client is leaving
   * (P-061), may hold it all the same. Default true.
   */
  readonly echo?: boolean | undefined

  /** Aborting it rejects with `ABORTED`; what was sent may be in the channel all the same. */
  readonly signal?: AbortSignal | undefined
}

/** What became of a publish. */
export interface PublishResult {
  /** The event's place; the first one's for a duplicate; null on a channel without history. */
  readonly position: Position | null

  /** The key was seen before: nothing was added. */
  readonly duplicate: boolean
}

/** Options of `events`. */
export interface StreamOptions extends SubscribeOptions {
  /** How many events may wait for the loop. Default 1,024; beyond it the loop ends with `BUFFER_OVERFLOW`. */
  readonly maxBuffered?: number | undefined
}
