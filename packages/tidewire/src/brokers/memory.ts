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
import { fingerprint } from './memory/fingerprint.ts'
import { MemoryStream } from './memory/stream.ts'

/**
 * The broker of one process: everything in memory, gone when it ends.
 *
 * Publishing and delivery happen in the same turn. A restart is a new epoch,
 * so readers that come back are told that events may be lost.
 */
export class MemoryBroker implements Broker {
  readonly #clock: Clock
  readonly #options: Required<Omit<MemoryBrokerOptions, 'clock' | 'makeId'>>
  readonly #lifeId: string
  readonly #streams = new Map<string, MemoryStream>()
  readonly #receivers = new Map<string, (event: BrokerEvent) => void>()
  readonly #dedupeKeys: DedupeKeys
  #forgotten = 0
  #cancelSweep: CancelTimer | null = null
  #isClosed = false

  constructor({ clock, makeId, ...options }: MemoryBrokerOptions) {
    this.#clock = clock
    this.#lifeId = makeId()
    this.#options = { ...defaults, ...options }
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
    if (key !== undefined) this.#remember(channel, key, stored)
    this.#sweepLater()
    this.#receivers.get(channel)?.(stored)
    return { position: stored.position, duplicate: false }
  }

  async subscribe(
    channel: string,
    receive: (event: BrokerEvent) => void,
    history: HistoryBounds | null,
  ): Promise<Position | null> {
    this.#assertOpen()
    this.#receivers.set(channel, receive)
    // Made now, so that the epoch of the answer is the one of what follows.
    return history === null ? null : this.#stream(channel).top
  }

  unsubscribe(channel: string): void {
    this.#receivers.delete(channel)
    // Names that strangers subscribe to and nobody publishes to leave nothing.
    if (this.#streams.get(channel)?.top.offset === 0) this.#streams.delete(channel)
  }

  async read(channel: string, query: HistoryQuery): Promise<HistoryPage> {
    this.#assertOpen()
    const stream = this.#streams.get(channel)
    if (stream !== undefined) return stream.read(query, this.#clock.now())
    return { epoch: this.#epoch, topOffset: 0, trimmedOffset: 0, events: [] }
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
    const { payloadJson, from, exceptConnectionId } = event
    if (history === null) return { position: null, payloadJson, from, time, exceptConnectionId }
    return this.#stream(channel).append(event, time, history)
  }

  #remember(channel: string, key: string, { position, payloadJson, time: at }: BrokerEvent): void {
    this.#dedupeKeys.remember(channel, key, { position, at, fingerprint: fingerprint(payloadJson) })
  }

  #stream(channel: string): MemoryStream {
    const known = this.#streams.get(channel)
    if (known !== undefined) return known
    const stream = new MemoryStream(this.#epoch)
    this.#streams.set(channel, stream)
    return stream
  }

  // A stream that was forgotten must not start again at 1 in the epoch its
  // readers know, so every forgetting begins a new one for streams made later.
  get #epoch(): string {
    return `${this.#lifeId}-${this.#forgotten}`
  }

  #sweepLater(): void {
    this.#cancelSweep ??= this.#clock.after(sweepEveryMs, () => this.#sweep())
  }

  /** Lets go of what is too old on channels nobody publishes to or reads. */
  #sweep(): void {
    const now = this.#clock.now()
    for (const [channel, stream] of this.#streams) {
      stream.trim(now)
      if (this.#receivers.has(channel)) continue
      if (now - stream.lastUsedAt < this.#options.positionTtlMs) continue
      this.#streams.delete(channel)
      this.#forgotten += 1
    }
    this.#dedupeKeys.trim(now)
    this.#cancelSweep = null
    if (this.#streams.size > 0 || this.#dedupeKeys.size > 0) this.#sweepLater()
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new BrokerUnavailable('the memory broker is closed')
  }
}

function duplicateOf(first: FirstPublish, { payloadJson }: NewEvent): Published {
  const { position } = first
  if (first.fingerprint === fingerprint(payloadJson)) return { position, duplicate: true }
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
}

const defaults = {
  dedupeWindowMs: 5 * 60_000,
  maxDedupeKeys: 100_000,
  positionTtlMs: 30 * 24 * 60 * 60_000,
}

const sweepEveryMs = 10_000
