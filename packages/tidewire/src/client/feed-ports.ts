import type { Position } from '../protocol/position.ts'
import type { ClientState } from './client-state.ts'
import type { OnFailure, OnReply, RequestFrame } from './request.ts'
import type { Session } from './session.ts'
import type { ChannelEvent, Gap, Recovered } from './subscription.ts'
import type { TidewireError } from './tidewire-error.ts'

/**
 * What a feed needs of those around it, and what it tells them: types only. The
 * feed itself is `feed.ts`.
 */

/** What a feed needs of its client. */
export interface FeedHost {
  readonly state: ClientState
  /** Where a subscription is held that was accepted just now. */
  readonly source: Session
  /** Asks the server, in order; only while frames may be sent. What comes back gives it up. */
  request(frame: RequestFrame, onReply?: OnReply, onFailure?: OnFailure): () => void
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
