import type { GapReason } from '../../protocol/frames.ts'
import type { Audience, Counters } from '../counters.ts'
import type { BrokerEvent } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import { maxLinks, type Tracing } from '../tracing.ts'
import type { EventFrame } from './frames.ts'
import type { Beginning } from './recovery.ts'

/**
 * What an operator learns of one channel: counts, delays and spans. Told what
 * happens, it changes nothing of it; O(1) for an event and for a flush.
 */
export class ChannelMeter {
  readonly #pattern: string
  readonly #surroundings: MeterSurroundings
  /** When the oldest event came that was not flushed yet; ms of the clock. */
  #waitsSince = 0
  /** What events came with that were not flushed yet; null where nobody traces. */
  #traces: string[] | null = null

  constructor(pattern: string, surroundings: MeterSurroundings) {
    this.#pattern = pattern
    this.#surroundings = surroundings
  }

  /** An event came; `isFirst` of those that were not flushed yet. */
  countArrival({ trace }: BrokerEvent, isFirst: boolean): void {
    const { clock, tracing } = this.#surroundings
    if (isFirst) this.#waitsSince = clock.elapsedMs()
    if (trace === undefined || tracing === null) return
    this.#traces ??= []
    if (this.#traces.length < maxLinks) this.#traces.push(trace)
  }

  /** A flush to readers in step begins; the answer, if any, ends it. */
  beginFlush(events: number, readers: number): (() => void) | undefined {
    const { counters, tracing } = this.#surroundings
    counters.flushes += 1
    counters.deliveries += events * readers
    counters.eventsPerFlush.observe(events)
    const traces = this.#traces
    if (traces === null) return undefined
    return tracing?.deliver({ pattern: this.#pattern, traces, events, readers })
  }

  /** The frames of a flush are made, and leave. */
  countFlushed(frames: readonly EventFrame[], readers: number): void {
    const { clock, counters } = this.#surroundings
    counters.flushDelaySeconds.observe((clock.elapsedMs() - this.#waitsSince) / 1_000)
    this.#countSent(frames, 'in-step', readers)
  }

  /** Frames of so many events were made for one reader. */
  countAlone(frames: readonly EventFrame[], events: number): void {
    this.#surroundings.counters.deliveriesAlone += events
    this.#countSent(frames, 'alone', 1)
  }

  /** Everything that came is flushed. */
  endFlush(): void {
    this.#traces = null
  }

  countGap(reason: GapReason, missed: number | null): void {
    const { counters } = this.#surroundings
    counters.gaps[reason] += 1
    counters.missed += missed ?? 0
  }

  countRecovery({ recovered, reason }: Beginning): void {
    if (recovered === undefined) return
    this.#surroundings.counters.recoveries[reason ?? 'recovered'] += 1
  }

  #countSent(frames: readonly EventFrame[], audience: Audience, readers: number): void {
    const { framesSent, bytesSent } = this.#surroundings.counters
    framesSent[audience] += frames.length * readers
    for (const { frame } of frames) bytesSent[audience] += frame.data.length * readers
  }
}

/** What a meter counts with; the same for all channels. */
export interface MeterSurroundings {
  readonly clock: Clock
  readonly counters: Counters
  /** Null where nobody traces. */
  readonly tracing: Tracing | null
}
