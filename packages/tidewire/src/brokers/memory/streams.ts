import { BrokerUnavailable, type HistoryBounds, type NewEvent } from '../../core/ports/broker.ts'
import { MemoryStream, type StoredEvent } from './stream.ts'

/**
 * The streams of all channels, and how much they are together.
 *
 * Names of channels come from strangers, and each has a history: what each of
 * them may be is not enough, so there are bounds for all. Over that of their
 * number only those are forgotten that nobody reads; over that of their bytes
 * histories go, and a stream that is read keeps its place. Both begin with what
 * was not used for the longest, and look at nothing they do not let go of.
 */
export class MemoryStreams {
  readonly #options: MemoryStreamsOptions
  readonly #streams = new Map<string, MemoryStream>()
  // Both in the order the streams were used, more or less.
  readonly #unread = new Set<string>()
  readonly #filled = new Set<string>()
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

  /**
   * The stream of a channel that is read from now on; made if there is none.
   *
   * @throws BrokerUnavailable when there are as many as may be, and all are read.
   */
  hold(channel: string): MemoryStream {
    const stream = this.#open(channel)
    this.#unread.delete(channel)
    return stream
  }

  /** Nobody reads the channel any more. */
  release(channel: string): void {
    const stream = this.#streams.get(channel)
    // Names that strangers subscribe to and nobody publishes to leave nothing.
    if (stream?.top.offset === 0) this.#streams.delete(channel)
    else if (stream !== undefined) this.#unread.add(channel)
  }

  /** @throws BrokerUnavailable as `hold` does. */
  append(channel: string, event: NewEvent, at: StoredAt): StoredEvent {
    const stream = this.#open(channel)
    const before = stream.bytes
    // Not for each of a thousand events a second.
    if (at.time - stream.lastUsedAt >= orderMs) this.#moveToEnd(channel)
    const stored = stream.append(event, at.time, at.history)
    this.#bytes += stream.bytes - before
    if (before === 0) this.#filled.add(channel)
    if (this.#bytes > this.#options.maxBytes) this.#freeBytes(channel)
    return stored
  }

  /** Lets go of what is too old, and of streams that nobody reads or has written to since `unusedSince`. */
  sweep(now: number, unusedSince: number): void {
    this.#trim(now)
    for (const channel of this.#unread) {
      const { lastUsedAt = 0 } = this.#streams.get(channel) ?? {}
      if (lastUsedAt <= unusedSince) this.#forget(channel)
    }
  }

  clear(): void {
    this.#streams.clear()
    this.#unread.clear()
    this.#filled.clear()
    this.#bytes = 0
  }

  #open(channel: string): MemoryStream {
    const known = this.#streams.get(channel)
    if (known !== undefined) return known
    if (this.#streams.size >= this.#options.maxStreams) this.#makeRoom()
    const stream = new MemoryStream(this.epoch)
    this.#streams.set(channel, stream)
    this.#unread.add(channel)
    return stream
  }

  #moveToEnd(channel: string): void {
    for (const order of [this.#unread, this.#filled]) {
      if (order.delete(channel)) order.add(channel)
    }
  }

  // A tenth at once: finding the first of a set takes longer the more have left it.
  #makeRoom(): void {
    const { maxStreams } = this.#options
    for (const channel of this.#unread) {
      if (this.#streams.size <= maxStreams * 0.9) return
      this.#forget(channel)
    }
    if (this.#streams.size < maxStreams) return
    throw new BrokerUnavailable(`${maxStreams} channels are read: there is no room for another`)
  }

  #freeBytes(except: string): void {
    for (const channel of this.#filled) {
      if (this.#bytes <= this.#options.maxBytes * 0.9) return
      if (channel === except) continue
      if (this.#unread.has(channel)) this.#forget(channel)
      else this.#empty(channel)
    }
  }

  // Reading trims as well: they are counted anew.
  #trim(now: number): void {
    this.#bytes = 0
    for (const channel of this.#filled) {
      const stream = this.#streams.get(channel)
      stream?.trim(now)
      const { bytes = 0 } = stream ?? {}
      if (bytes === 0) this.#filled.delete(channel)
      this.#bytes += bytes
    }
  }

  #empty(channel: string): void {
    const stream = this.#streams.get(channel)
    this.#bytes -= stream?.bytes ?? 0
    stream?.empty()
    this.#filled.delete(channel)
  }

  #forget(channel: string): void {
    this.#empty(channel)
    this.#streams.delete(channel)
    this.#unread.delete(channel)
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
}

const orderMs = 1_000
