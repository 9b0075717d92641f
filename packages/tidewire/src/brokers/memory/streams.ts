import type { HistoryBounds, NewEvent } from '../../core/ports/broker.ts'
import { MemoryStream, type StoredEvent } from './stream.ts'

/**
 * The streams of all channels, and how much they are together.
 *
 * Names of channels come from strangers, and each has a history: what each of
 * them may be is not enough, so there is a bound for all. Over it those go that
 * nobody has written to for the longest; of one that is read only the entries go,
 * so that its readers keep their place.
 */
export class MemoryStreams {
  readonly #options: MemoryStreamsOptions
  // In the order they were written to, more or less.
  readonly #streams = new Map<string, MemoryStream>()
  #bytes = 0
  #forgotten = 0

  constructor(options: MemoryStreamsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#streams.size
  }

  /** The epoch of streams made now. */
  get epoch(): string {
    // A stream that was forgotten must not start again at 1 in the epoch its
    // readers know, so every forgetting begins a new one for streams made later.
    return `${this.#options.lifeId}-${this.#forgotten}`
  }

  get(channel: string): MemoryStream | undefined {
    return this.#streams.get(channel)
  }

  /** The stream of a channel, made if there is none. */
  open(channel: string): MemoryStream {
    const known = this.#streams.get(channel)
    if (known !== undefined) return known
    if (this.#streams.size >= this.#options.maxStreams) this.#makeRoom(channel)
    const stream = new MemoryStream(this.epoch)
    this.#streams.set(channel, stream)
    return stream
  }

  append(channel: string, event: NewEvent, at: StoredAt): StoredEvent {
    const stream = this.open(channel)
    const before = stream.bytes
    // Not for each of a thousand events a second.
    if (at.time - stream.lastUsedAt >= orderMs) this.#moveToEnd(channel, stream)
    const stored = stream.append(event, at.time, at.history)
    this.#bytes += stream.bytes - before
    if (this.#bytes > this.#options.maxBytes) this.#makeRoom(channel)
    return stored
  }

  /** Forgets a stream nothing was ever written to. */
  discard(channel: string): void {
    this.#streams.delete(channel)
  }

  /** Lets go of what is too old, and of streams that nobody reads or has written to since `unusedSince`. */
  sweep(now: number, unusedSince: number): void {
    let bytes = 0
    for (const [channel, stream] of this.#streams) {
      stream.trim(now)
      if (!this.#options.isRead(channel) && stream.lastUsedAt <= unusedSince) this.#forget(channel)
      else bytes += stream.bytes
    }
    this.#bytes = bytes
  }

  clear(): void {
    this.#streams.clear()
    this.#bytes = 0
  }

  #moveToEnd(channel: string, stream: MemoryStream): void {
    this.#streams.delete(channel)
    this.#streams.set(channel, stream)
  }

  // A tenth at once, or the next publish would have to look through all again.
  #makeRoom(except: string): void {
    const { maxBytes, maxStreams, isRead } = this.#options
    for (const [channel, stream] of this.#streams) {
      if (this.#bytes <= maxBytes * 0.9 && this.#streams.size <= maxStreams * 0.9) return
      if (channel === except) continue
      this.#bytes -= stream.bytes
      if (isRead(channel)) stream.empty()
      else this.#forget(channel)
    }
  }

  #forget(channel: string): void {
    this.#streams.delete(channel)
    this.#forgotten += 1
  }
}

/** When an event is stored, and within which bounds. */
export interface StoredAt {
  readonly time: number
  readonly history: HistoryBounds
}

export interface MemoryStreamsOptions {
  /** Of the process: part of every epoch. */
  readonly lifeId: string
  readonly maxStreams: number
  readonly maxBytes: number
  /** Whether somebody reads a channel. */
  readonly isRead: (channel: string) => boolean
}

const orderMs = 1_000
