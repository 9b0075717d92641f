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
   * see what one publishes oneself, wait for it, or ask for `last`.
   */
  subscribe(
    handler: (event: ChannelEvent<TPayload>) => void,
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
}

/** The writing side of a channel. */
export interface PublishableChannel<TPayload = unknown> {
  /**
   * Publishes; resolves when the broker has the event.
   *
   * While the connection is down it waits, in order, and is sent when the
   * connection is back; waiting and answer together may take `requestTimeoutMs`,
   * then it rejects with `TIMEOUT`. At most 1,024 requests may be open and 1 MiB
   * unsent, beyond it rejects with `QUEUE_FULL`. When the connection breaks
   * between sending and answer it rejects with `CONNECTION_LOST`: the event may
   * be in the channel or not, and publishing it again with the same `key` is
   * safe. A refusal has the server's code.
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

  /** False: not delivered to this client's own subscriptions. Default true. */
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
