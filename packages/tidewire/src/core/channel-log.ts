import type { Codec, EncodableEvent, WireData } from '../protocol/codec.ts'
import type { Position } from '../protocol/position.ts'
import type { BrokerEvent } from './ports/broker.ts'

/**
 * The recent entries of one channel on this node, each encoded once.
 *
 * Live fan-out takes what is new since the last flush; a subscriber that joins
 * takes what its history page did not have yet. Entries that were flushed are
 * bounded by count and bytes. Knows nothing of connections or time.
 */
export class ChannelLog {
  readonly #codec: Codec
  readonly #bounds: LogBounds
  readonly #entries: LogEntry[] = []
  #flushedCount = 0
  #flushedBytes = 0
  #tip: Position | null

  /** @param start where delivery to this node began; null on a channel without history. */
  constructor(codec: Codec, start: Position | null, bounds: LogBounds = defaultBounds) {
    this.#codec = codec
    this.#tip = start
    this.#bounds = bounds
  }

  /** The newest entry's position, flushed or not. Null on a channel without history. */
  get tip(): Position | null {
    return this.#tip
  }

  /** How many entries wait for a flush. */
  get unflushed(): number {
    return this.#entries.length - this.#flushedCount
  }

  /** Takes an event from the broker and encodes it. O(1). */
  append(event: BrokerEvent): void {
    const data = this.#codec.encodeEvent(encodable(event))
    this.#entries.push({ offset: event.position?.offset ?? 0, data, bytes: data.length })
    if (event.position !== null) this.#tip = event.position
  }

  /** The entries since the last flush, oldest first; they count as flushed from now on. */
  flush(): readonly LogEntry[] {
    const fresh = this.#entries.slice(this.#flushedCount)
    this.#flushedCount = this.#entries.length
    for (const entry of fresh) this.#flushedBytes += entry.bytes
    this.#trim()
    return fresh
  }

  /** The flushed entries after an offset; null when some of them are not kept any more. */
  after(offset: number): readonly LogEntry[] | null {
    if (this.#tip === null || offset >= this.#tip.offset) return []
    const first = this.#entries[0]
    if (first === undefined || first.offset > offset + 1) return null
    return this.#entries.slice(offset + 1 - first.offset, this.#flushedCount)
  }

  #trim(): void {
    // A channel without history has no offsets anybody could ask for.
    const keep = this.#tip === null ? 0 : this.#bounds.maxEntries
    let cut = Math.max(0, this.#flushedCount - keep)
    for (let index = 0; index < this.#flushedCount; index += 1) {
      if (index >= cut && this.#flushedBytes <= this.#bounds.maxBytes) break
      this.#flushedBytes -= this.#entries[index]?.bytes ?? 0
      cut = Math.max(cut, index + 1)
    }
    this.#entries.splice(0, cut)
    this.#flushedCount -= cut
  }
}

/** One event as it stands in the log. */
export interface LogEntry {
  /** 0 on a channel without history. */
  readonly offset: number
  readonly data: WireData
  /** Roughly what it takes on the wire. */
  readonly bytes: number
}

/** How much of what was flushed is kept. */
export interface LogBounds {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** An event as a codec takes it. */
export function encodable({ position, payloadJson, from, time }: BrokerEvent): EncodableEvent {
  return {
    payloadJson,
    time,
    ...(position !== null && { offset: position.offset }),
    ...(from !== undefined && { from }),
  }
}

const defaultBounds: LogBounds = { maxEntries: 1_024, maxBytes: 1024 * 1024 }
