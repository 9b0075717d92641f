import type { Codec, EncodableEvent, WireData } from '../../protocol/codec.ts'
import { wireLength } from '../../protocol/wire-length.ts'
import type { BrokerEvent } from '../ports/broker.ts'

/**
 * The recent entries of one channel on this node, each encoded once.
 *
 * Live fan-out, slow readers and reconnects all read it. Subscriptions are
 * cursors into it, so a slow reader costs a number, not a queue. Entries are
 * contiguous by sequence: the offset on a channel with history, a count of this
 * node's own without. What was flushed is bounded by entries, bytes and age;
 * what was not is bounded by the pump. Knows nothing of connections.
 */
export class ChannelLog {
  readonly #codec: Codec
  readonly #bounds: LogBounds
  #entries: LogEntry[] = []
  /** Index of the oldest kept entry: trimming moves it, so that an append is O(1). */
  #front = 0
  #bytes = 0
  #top: number
  #flushed: number

  /** @param start the sequence before the first entry. */
  constructor(codec: Codec, bounds: LogBounds, start: number) {
    this.#codec = codec
    this.#bounds = bounds
    this.#top = start
    this.#flushed = start
  }

  /** The newest entry's sequence, flushed or not. */
  get top(): number {
    return this.#top
  }

  /** Everything up to this sequence has been offered to the subscribers in step. */
  get flushed(): number {
    return this.#flushed
  }

  /** Entries up to this sequence are not here (any more). */
  get floor(): number {
    return this.#top - this.#kept
  }

  get unflushed(): number {
    return this.#top - this.#flushed
  }

  /** Takes the next event and encodes it: O(1). */
  append(event: BrokerEvent, key: string): LogEntry {
    this.#top += 1
    const entry = logEntry(this.#codec, event, { sequence: this.#top, key })
    this.#entries.push(entry)
    this.#bytes += entry.bytes
    return entry
  }

  /**
   * Takes the entries right before the floor, as far as the bounds allow, and
   * leaves any others: what history was asked for once need not be asked for,
   * and encoded, again. O(kept).
   */
  prepend(entries: readonly LogEntry[], now: number): void {
    const older = entries.filter(({ sequence }) => sequence <= this.floor)
    if (older.at(-1)?.sequence !== this.floor) return
    this.#entries = [...older, ...this.after(this.floor)]
    this.#front = 0
    for (const { bytes } of older) this.#bytes += bytes
    this.trim(now)
  }

  /** Marks everything as flushed and answers what was new, oldest first. */
  flush(now: number): readonly LogEntry[] {
    const fresh = this.after(this.#flushed)
    this.#flushed = this.#top
    this.trim(now)
    return fresh
  }

  /** The flushed and unflushed entries after a sequence, at or above the floor. */
  after(sequence: number): readonly LogEntry[] {
    return this.#entries.slice(this.#front + sequence - this.floor)
  }

  /**
   * The flushed entries after a sequence, as many as make one frame and at least
   * one; null when some of them are below the floor.
   */
  read(sequence: number, maxBytes: number): readonly LogEntry[] | null {
    if (sequence < this.floor) return null
    const first = this.#front + sequence - this.floor
    const end = this.#entries.length - this.unflushed
    let last = first
    for (let bytes = 0; last < end && (last === first || bytes < maxBytes); last += 1) {
      bytes += this.#entries[last]?.bytes ?? 0
    }
    return this.#entries.slice(first, last)
  }

  /** Lets go of flushed entries that are too many, too large or too old. */
  trim(now: number): void {
    while (this.#kept > this.unflushed && this.#isOverBounds(now)) {
      this.#bytes -= this.#entries[this.#front]?.bytes ?? 0
      this.#front += 1
    }
    // Half of it at a time, so that trimming costs O(1) an entry.
    if (this.#front > this.#kept) {
      this.#entries = this.#entries.slice(this.#front)
      this.#front = 0
    }
  }

  get #kept(): number {
    return this.#entries.length - this.#front
  }

  #isOverBounds(now: number): boolean {
    const { maxEntries, maxBytes, maxAgeMs } = this.#bounds
    if (this.#kept > maxEntries || this.#bytes > maxBytes) return true
    const oldest = this.#entries[this.#front]
    return oldest !== undefined && now - oldest.time > maxAgeMs
  }
}

/** One event as it stands in the log. */
export interface LogEntry {
  readonly sequence: number
  readonly data: WireData
  /** What it takes on the wire. */
  readonly bytes: number
  /** When the broker took it, ms since the epoch. */
  readonly time: number
  /** What tells values apart on a `latest` channel; else empty. */
  readonly key: string
  /** The connection that does not want it (`echo: false`). */
  readonly exceptLinkId: string | null
}

/** How much of what was flushed is kept. */
export interface LogBounds {
  readonly maxEntries: number
  readonly maxBytes: number
  readonly maxAgeMs: number
}

/** Encodes an event. */
export function logEntry(
  codec: Codec,
  event: BrokerEvent,
  { sequence, key }: Pick<LogEntry, 'sequence' | 'key'>,
): LogEntry {
  const data = codec.encodeEvent(encodable(event))
  const { time, exceptLinkId = null } = event
  const bytes = wireLength(data)
  return { sequence, key, data, bytes, time, exceptLinkId }
}

function encodable({ position, payloadJson, from, time }: BrokerEvent): EncodableEvent {
  return { offset: position?.offset, payloadJson, from, time }
}
