import {
  type Broker,
  type BrokerEvent,
  BrokerUnavailable,
  type HistoryBounds,
  type HistoryPage,
  type HistoryQuery,
  type NewEvent,
  type Published,
} from '../core/ports/broker.ts'
import type { CancelTimer, Clock } from '../core/ports/clock.ts'
import type { MakeId } from '../core/ports/ids.ts'
import type { Position } from '../protocol/position.ts'
import { DedupeKeys, type FirstPublish } from './memory/dedupe-keys.ts'
import { fingerprintOf } from './memory/fingerprint.ts'
import { MemoryStreams } from './memory/streams.ts'

/**
 * The broker of one process: everything in memory, gone when it ends.
 *
 * Publishing and delivery happen in the same turn. A restart is a new epoch,
 * so readers that come back are told that events may be lost.
 */
export class MemoryBroker implements Broker {
  readonly #clock: Clock
  readonly #options: Required<Omit<MemoryBrokerOptions, 'clock' | 'makeId'>>
  readonly #streams: MemoryStreams
  readonly #receivers = new Map<string, (event: BrokerEvent) => void>()
  readonly #dedupeKeys: DedupeKeys
  #cancelSweep: CancelTimer | null = null
  #isClosed = false

  constructor({ clock, makeId, ...options }: MemoryBrokerOptions) {
    this.#clock = clock
    this.#options = { ...defaults, ...options }
    this.#streams = new MemoryStreams({ ...this.#options, lifeId: makeId() })
    this.#dedupeKeys = new DedupeKeys(this.#options)
  }

  async publish(
    channel: string,
    event: NewEvent,
    history: HistoryBounds | null,
  ): Promise<Published> {
    this.#assertOpen()
    const now = this.#clock.now()
    const { key } = event
    const first = key === undefined ? null : this.#dedupeKeys.find(channel, key, now)
    if (first !== null) return duplicateOf(first, event)
    const stored = this.#store(channel, event, history)
    if (key !== undefined) this.#dedupeKeys.remember(channel, key, firstOf(event, stored))
    this.#sweepLater()
    const { trace } = event
    this.#receivers.get(channel)?.(trace === undefined ? stored : { ...stored, trace })
    return { position: stored.position, duplicate: false }
  }

  async subscribe(
    channel: string,
    receive: (event: BrokerEvent) => void,
    history: HistoryBounds | null,
  ): Promise<Position | null> {
    this.#assertOpen()
    // Made now, so that the epoch of the answer is the one of what follows.
    const top = history === null ? null : this.#streams.hold(channel).top
    this.#receivers.set(channel, receive)
    return top
  }

  unsubscribe(channel: string): void {
    this.#receivers.delete(channel)
    this.#streams.release(channel)
  }

  async read(channel: string, query: HistoryQuery): Promise<HistoryPage> {
    this.#assertOpen()
    const stream = this.#streams.get(channel)
    if (stream !== undefined) return stream.read(query, this.#clock.now())
    return { epoch: this.#streams.epoch, topOffset: 0, trimmedOffset: 0, events: [] }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelSweep?.()
    this.#streams.clear()
    this.#receivers.clear()
    this.#dedupeKeys.clear()
  }

  #store(channel: string, event: NewEvent, history: HistoryBounds | null): BrokerEvent {
    const time = this.#clock.now()
    const { payloadJson, from, exceptLinkId } = event
    if (history === null) return { position: null, payloadJson, from, time, exceptLinkId }
    return this.#streams.append(channel, event, { time, history })
  }

  #sweepLater(): void {
    this.#cancelSweep ??= this.#clock.after(sweepEveryMs, () => this.#sweep())
  }

  /** Lets go of what is too old on channels nobody publishes to or reads. */
  #sweep(): void {
    const now = this.#clock.now()
    this.#streams.sweep(now, now - this.#options.positionTtlMs)
    this.#dedupeKeys.trim(now)
    this.#cancelSweep = null
    if (this.#streams.size > 0 || this.#dedupeKeys.size > 0) this.#sweepLater()
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new BrokerUnavailable('the memory broker is closed')
  }
}

function firstOf(event: NewEvent, { position, time: at }: BrokerEvent): FirstPublish {
  return { position, at, fingerprint: fingerprintOf(event) }
}

function duplicateOf(first: FirstPublish, event: NewEvent): Published {
  const { position } = first
  if (first.fingerprint === fingerprintOf(event)) return { position, duplicate: true }
  return { position, duplicate: true, conflict: true }
}

export interface MemoryBrokerOptions {
  readonly clock: Clock
  readonly makeId: MakeId
  /** How long a publish key is remembered, in ms. Default 5 min; later the same key stores again. */
  readonly dedupeWindowMs?: number
  /** How many keys are remembered over all channels. Default 100,000; beyond it the oldest leave early. */
  readonly maxDedupeKeys?: number
  /**
   * How long the position of a channel stays valid when nobody publishes to it or
   * reads it, in ms. Default 30 days; who comes back later is told that the epoch
   * changed.
   */
  readonly positionTtlMs?: number
  /**
   * Channels with a position: those that are read, and those that were written to.
   * Default 200,000, more than the connections of one address read within the
   * default limits (1,000 with 128 channels each). Beyond it those are forgotten
   * that nobody reads and nobody has used for the longest. When all of them are
   * read, a subscribe and a publish to yet another channel reject with
   * `BrokerUnavailable`: their number is never passed, and no reader loses
   * anything by it.
   */
  readonly maxStreams?: number
  /**
   * Bytes of kept payloads over all channels. Default 512 MiB; beyond it those
   * channels lose their history that nobody has written to for the longest, and
   * their readers are told.
   */
  readonly maxBytes?: number
}

const defaults = {
  dedupeWindowMs: 5 * 60_000,
  maxDedupeKeys: 100_000,
  positionTtlMs: 30 * 24 * 60 * 60_000,
  maxStreams: 200_000,
  maxBytes: 512 * 1024 * 1024,
}

const sweepEveryMs = 10_000
