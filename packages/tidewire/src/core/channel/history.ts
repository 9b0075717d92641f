import type { Codec } from '../../protocol/codec.ts'
import type { Broker, BrokerEvent, HistoryQuery } from '../ports/broker.ts'
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

  /** The next events after a sequence, as many as make a few frames. */
  after(sequence: number): Promise<HistorySlice> {
    return this.#read({ after: sequence, limit: sliceEvents })
  }

  /** Everything that is kept. */
  all(): Promise<HistorySlice> {
    return this.#read({})
  }

  /** What tells values apart on a `latest` channel; else empty. */
  keyOf({ payloadJson }: BrokerEvent): string {
    const { conflateKey } = this.#options
    return conflateKey === null ? '' : conflateKeyOf(payloadJson, conflateKey)
  }

  async #read(query: HistoryQuery): Promise<HistorySlice> {
    const { events, ...extent } = await this.#options.broker.read(this.#options.channel, query)
    return { ...extent, entries: events.map((event) => this.#entry(event)) }
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
