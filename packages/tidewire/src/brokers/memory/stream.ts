import type {
  BrokerEvent,
  HistoryBounds,
  HistoryPage,
  HistoryQuery,
  NewEvent,
} from '../../core/ports/broker.ts'
import type { Position } from '../../protocol/position.ts'
import { utf8Length } from '../../protocol/utf8.ts'

/**
 * The kept events of one channel, contiguous by offset.
 *
 * Epoch and newest offset stay when every entry has left. Entries leave from the
 * front when any bound is passed; the front is an index, so that a publish
 * costs the same whatever the size.
 */
export class MemoryStream {
  readonly #epoch: string
  #entries: StoredEvent[] = []
  #front = 0
  #bytes = 0
  #topOffset = 0
  #bounds: HistoryBounds = nothingKept
  #lastUsedAt = 0

  constructor(epoch: string) {
    this.#epoch = epoch
  }

  get top(): Position {
    return { epoch: this.#epoch, offset: this.#topOffset }
  }

  /** Bytes of payloads that are kept. */
  get bytes(): number {
    return this.#bytes
  }

  /** When it was last written, ms since the epoch. */
  get lastUsedAt(): number {
    return this.#lastUsedAt
  }

  /** Numbers an event and keeps it, within the bounds given last. */
  append(event: NewEvent, time: number, bounds: HistoryBounds): StoredEvent {
    const { payloadJson, from, exceptLinkId } = event
    this.#topOffset += 1
    this.#bounds = bounds
    this.#lastUsedAt = time
    const stored = { position: this.top, payloadJson, from, time, exceptLinkId }
    this.#entries.push(stored)
    this.#bytes += utf8Length(payloadJson)
    this.trim(time)
    return stored
  }

  read(query: HistoryQuery, now: number): HistoryPage {
    this.trim(now)
    const { after = 0, before = Number.POSITIVE_INFINITY } = query
    const first = this.#front + Math.max(0, after - this.#trimmedOffset)
    const last = this.#front + Math.min(this.#kept, before - 1 - this.#trimmedOffset)
    return {
      epoch: this.#epoch,
      topOffset: this.#topOffset,
      trimmedOffset: this.#trimmedOffset,
      events: this.#slice(first, Math.max(first, last), query),
    }
  }

  /** Lets go of everything; the position stays. */
  empty(): void {
    this.#entries = []
    this.#front = 0
    this.#bytes = 0
  }

  /** Lets go of what is too much or too old. */
  trim(now: number): void {
    while (this.#kept > 0 && this.#isOverBounds(now)) {
      this.#bytes -= utf8Length(this.#entries[this.#front]?.payloadJson ?? '')
      this.#front += 1
    }
    // Now and then, so that it costs O(1) an event.
    if (this.#front > this.#kept) {
      this.#entries = this.#entries.slice(this.#front)
      this.#front = 0
    }
  }

  #slice(first: number, last: number, { limit, newest = false }: HistoryQuery): BrokerEvent[] {
    if (limit === undefined) return this.#entries.slice(first, last)
    return newest
      ? this.#entries.slice(Math.max(first, last - limit), last)
      : this.#entries.slice(first, Math.min(last, first + limit))
  }

  get #kept(): number {
    return this.#entries.length - this.#front
  }

  get #trimmedOffset(): number {
    return this.#topOffset - this.#kept
  }

  #isOverBounds(now: number): boolean {
    const { maxEntries, maxBytes, maxAgeMs } = this.#bounds
    if (this.#kept > maxEntries || this.#bytes > maxBytes) return true
    const oldest = this.#entries[this.#front]
    return oldest !== undefined && now - oldest.time > maxAgeMs
  }
}

/** An event that was given a position. */
export type StoredEvent = BrokerEvent & { readonly position: Position }

const nothingKept: HistoryBounds = { maxEntries: 0, maxBytes: 0, maxAgeMs: 0 }
