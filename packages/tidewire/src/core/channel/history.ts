import type { Codec } from '../../protocol/codec.ts'
import type { Broker, BrokerEvent, HistoryQuery } from '../ports/broker.ts'
import { chunkBytes } from './frames.ts'
import { type LogEntry, logEntry } from './log.ts'
import { conflateKeyOf } from './newest-values.ts'
import type { Extent } from './recovery.ts'

/**
 * The broker's history of one channel as entries like those of its log: for
 * readers that stand where the log does not reach back to.
 */
export class ChannelHistory {
  readonly #options: ChannelHistoryOptions

  constructor(options: ChannelHistoryOptions) {
    this.#options = options
  }

  /** What is kept, without reading it. */
  extent(): Promise<Extent> {
    return this.#options.broker.read(this.#options.channel, { limit: 0 })
  }

  /** The next events after a sequence, at least one and as many as a slow reader takes at a time. */
  after(sequence: number): Promise<HistorySlice> {
    return this.#read({ after: sequence, limit: sliceEvents }, chunkBytes)
  }

  /** Everything that is kept. */
  all(): Promise<HistorySlice> {
    return this.#read({}, Number.POSITIVE_INFINITY)
  }

  /** What tells values apart on a `latest` channel; else empty. */
  keyOf({ payloadJson }: BrokerEvent): string {
    const { conflateKey } = this.#options
    return conflateKey === null ? '' : conflateKeyOf(payloadJson, conflateKey)
  }

  async #read(query: HistoryQuery, maxBytes: number): Promise<HistorySlice> {
    const { events, ...extent } = await this.#options.broker.read(this.#options.channel, query)
    return { ...extent, entries: this.#entriesOf(events, maxBytes) }
  }

  #entriesOf(events: readonly BrokerEvent[], maxBytes: number): readonly LogEntry[] {
    const entries: LogEntry[] = []
    let bytes = 0
    for (const event of events) {
      const entry = this.#entry(event)
      bytes += entry.bytes
      if (entries.length > 0 && bytes > maxBytes) break
      entries.push(entry)
    }
    return entries
  }

  #entry(event: BrokerEvent): LogEntry {
    const sequence = event.position?.offset ?? 0
    return logEntry(this.#options.codec, event, { sequence, key: this.keyOf(event) })
  }
}

/** Some of the history, and how far all of it reached in that moment. */
export interface HistorySlice extends Extent {
  readonly entries: readonly LogEntry[]
}

export interface ChannelHistoryOptions {
  readonly broker: Broker
  readonly channel: string
  readonly codec: Codec
  readonly conflateKey: string | null
}

const sliceEvents = 500
