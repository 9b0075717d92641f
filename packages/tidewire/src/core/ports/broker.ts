import type { Position } from '../../protocol/position.ts'

/**
 * Orders the events of a channel, keeps its history and hands each event to
 * every node that subscribes.
 *
 * Contract, checked by the broker contract suite:
 * - One order: offsets of a channel grow by 1 within an epoch, and every node
 *   receives a channel's events in that order, each once.
 * - `publish` resolves after the event is stored, so what was acknowledged is
 *   not lost while the engine lives. Storing and numbering are one step: two
 *   publishers never get the same offset, and a reader never sees a hole.
 * - What one node publishes to a channel is numbered in the order it was published,
 *   answered yet or not. On Redis there is one exception: when it forgets its
 *   scripts and another node tells it them again in the very moment between two
 *   publishes of this one, the second may be numbered first.
 * - An epoch names one life of a log. It changes when events may have been lost,
 *   and only then; epoch and newest offset outlive the entries.
 * - What an engine cannot do is refused with a clear error, never left out.
 * - When the engine cannot be reached, calls reject with `BrokerUnavailable`
 *   within a bounded time and nothing is stored half. Whether the whole was stored
 *   is not known to who gets no answer.
 */
export interface Broker {
  /** Stores and numbers one event. Rejects with `BrokerUnavailable`. */
  publish(channel: string, event: NewEvent, history: HistoryBounds | null): Promise<Published>

  /**
   * Begins delivery to this node. Resolves with a position P such that every
   * event after P is passed to `receive`, in order, and none up to P. Events may
   * be passed on before the promise is settled. At most one subscription a
   * channel and node. Null for a channel without history.
   */
  subscribe(
    channel: string,
    receive: (event: BrokerEvent) => void,
    history: HistoryBounds | null,
  ): Promise<Position | null>

  /** Ends delivery: `receive` is not called after this returns. */
  unsubscribe(channel: string): void

  /**
   * Calls `listener` whenever events may have been lost on their way to this node,
   * on any channel, and delivery goes on: readers then look into history at once.
   * What is lost without a call is found later, by a position check. A broker that
   * loses nothing on the way leaves it out.
   */
  onInterruption?(listener: () => void): void

  /** Reads kept events, oldest first. A channel nobody published to is empty, not an error. */
  read(channel: string, query: HistoryQuery): Promise<HistoryPage>

  /**
   * Whether the engine can be reached now, as far as is known: false before it was
   * for the first time. A broker that has no engine to reach leaves it out.
   */
  readonly isReachable?: boolean

  /** Releases everything. Pending calls reject. */
  close(): Promise<void>
}

/** An event on its way in. */
export interface NewEvent {
  /** The payload as JSON text. */
  readonly payloadJson: string
  /** The publishing user; absent for the server and anonymous users. */
  readonly from?: string | undefined
  /** Makes the publish idempotent within the dedupe window. */
  readonly key?: string | undefined
  /**
   * The payload as it was sent, where a schema has made `payloadJson` of it: a
   * repetition with the same key is known by it. Default: `payloadJson`.
   */
  readonly sentJson?: string | undefined
  /** The link that does not want it back (`echo: false`); see `Handshake.linkId`. */
  readonly exceptLinkId?: string | undefined
  /**
   * The trace of its publish, W3C's `traceparent`, where somebody traces. It is for
   * the delivery that follows and need not be kept; a broker that does not pass it
   * on costs a link between two spans.
   */
  readonly trace?: string | undefined
}

/** An event as the broker hands it out. */
export interface BrokerEvent {
  /** Null on a channel without history. */
  readonly position: Position | null
  readonly payloadJson: string
  readonly from?: string | undefined
  /** When the broker took it, ms since the epoch. */
  readonly time: number
  readonly exceptLinkId?: string | undefined
  /** As it was published, where the broker passes it on. */
  readonly trace?: string | undefined
}

/** What became of a publish. */
export interface Published {
  /** The event's own position; the first one's for a duplicate. Null without history. */
  readonly position: Position | null
  /** The key was seen within the dedupe window: nothing was stored. */
  readonly duplicate: boolean
  /** Only for a duplicate: what was sent is another payload than the first one's, so the key was used twice. */
  readonly conflict?: true
}

/** How much of a channel is kept; the oldest entries leave when any bound is passed. */
export interface HistoryBounds {
  readonly maxEntries: number
  /** Bytes of payload, as JSON. */
  readonly maxBytes: number
  readonly maxAgeMs: number
}

/** Which events to read: those after `after`, before `before`, of them the oldest `limit` or the newest. */
export interface HistoryQuery {
  readonly after?: number
  readonly before?: number
  readonly limit?: number
  /** With `limit`: take the newest that fit, still oldest first. Default false. */
  readonly newest?: boolean
}

/** What was read, and what the channel's log looked like in that moment. */
export interface HistoryPage {
  readonly epoch: string
  /** The newest event's offset; 0 before the first. */
  readonly topOffset: number
  /** Events up to this offset are gone; `after` below it cannot be recovered. */
  readonly trimmedOffset: number
  readonly events: readonly BrokerEvent[]
}

/**
 * The engine behind a broker did not answer. Nothing was stored half; an engine
 * that got the event and could not say so has stored it. Trying again later is
 * safe with a key.
 */
export class BrokerUnavailable extends Error {
  override readonly name = 'BrokerUnavailable'
}
