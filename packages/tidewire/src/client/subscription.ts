/// <reference lib="esnext.disposable" preserve="true" />
import type { GapReason, RecoveryFailure } from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'
import type { TidewireError } from './tidewire-error.ts'

/**
 * What a subscriber hands over and gets back. The wire side, shared by all
 * subscribers of a channel, is `feed.ts`.
 */

/** One event of a channel. */
export interface ChannelEvent<TPayload = unknown> {
  readonly channel: string
  readonly payload: TPayload
  /** Its place in the channel; absent on a channel without history. */
  readonly offset?: number | undefined
  /** The user who published it; absent for the server and for anonymous users. */
  readonly from?: string | undefined
  /** When the broker took it, ms since the epoch. */
  readonly time?: number | undefined
}

/** Events that will not come. */
export interface Gap {
  /** The last event before the gap; null when it is not known. */
  readonly from: Position | null
  /** Delivery goes on after this; null on a channel without history. */
  readonly to: Position | null
  /** How many; null when nobody knows. */
  readonly missed: number | null
  /**
   * `EPOCH_CHANGED` the channel's log began anew · `HISTORY_TRIMMED` they are
   * kept no longer · `NO_HISTORY` the connection was down and the channel keeps
   * nothing · `SLOW_READER` this client could not take them in time · `HOLE` the
   * server skipped them without a word.
   */
  readonly reason: GapReason | RecoveryFailure | 'HOLE'
}

/** Options of `subscribe`. */
export interface SubscribeOptions {
  /**
   * Resume after this position, from an earlier `subscription.position`. When
   * that cannot be done, `onGap` is told.
   *
   * `since` and `last` count for the subscription that opens the channel. One
   * that joins while another of this client is subscribed shares its events from
   * the next one on.
   */
  readonly since?: Position | undefined

  /** Begin with the newest n kept events; with `since`, only when that cannot be recovered. */
  readonly last?: number | undefined

  /** Events will not come, and where. Default: told by the client's `error` event, as `GAP`. */
  readonly onGap?: ((gap: Gap) => void) | undefined

  /** Everything missed while the connection was down has been delivered: so many events. */
  readonly onRecovered?: ((recovered: Recovered) => void) | undefined

  /**
   * The subscription ended, and not by you: refused, ended by the server, or the
   * connection closed for good. Default: told by the client's `error` event.
   */
  readonly onEnd?: ((error: TidewireError) => void) | undefined

  /** Aborting it disposes the subscription. */
  readonly signal?: AbortSignal | undefined
}

/** What a recovery brought. */
export interface Recovered {
  readonly events: number
}

/** A handler's place in a channel, until it is disposed or ends. */
export interface Subscription extends Disposable {
  readonly channel: string

  /** The last event delivered, or where delivery starts; null before the first ack and on a channel without history. */
  readonly position: Position | null

  /**
   * Resolves when the server has accepted the subscription, with the position
   * its delivery starts at. Rejects when it ends before that.
   */
  readonly ready: Promise<Position | null>

  /** Ends it: the handler is not called any more. The last of a channel to go unsubscribes. */
  dispose(): void
}
