/**
 * From a received line to the bus: classify, count, locate, emit.
 *
 * Every line is counted once on the way in and once on the way out, so nothing
 * is lost silently.
 */
import type { Bus, SettledLine } from './bus.ts'
import { type Classification, classify } from './classify.ts'
import type { LineCounter } from './counts.ts'
import { enrich, type Locate } from './enrich/enriched-event.ts'
import type { Inbox } from './inbox.ts'
import type { LineSink, LineSource, ReceivedLine } from './ingest/line-sink.ts'

/** What the pipeline works with. */
export interface PipelineParts {
  readonly bus: Bus
  readonly counter: LineCounter
  readonly inbox: Inbox
  readonly locate: Locate
}

/** The sink of every receiver. */
export class Pipeline implements LineSink {
  readonly #parts: PipelineParts

  constructor(parts: PipelineParts) {
    this.#parts = parts
  }

  /** Reads one line and emits its event, if it is one. */
  accept(line: ReceivedLine): void {
    this.#parts.counter.receive(line.source, line.at)
    const receipt = { receivedAt: line.at, demo: line.source.kind === 'demo' }
    this.#settle(line, classify(line.text, receipt))
  }

  /** Counts a line that a receiver threw away. */
  drop(source: LineSource, at: number): void {
    this.#parts.counter.receive(source, at)
    this.#count({ source, at, outcome: 'dropped', deviceAt: null })
  }

  #settle(line: ReceivedLine, result: Classification): void {
    const { bus, inbox, locate } = this.#parts
    const { source, at } = line
    switch (result.kind) {
      case 'event':
        this.#count({ source, at, outcome: 'parsed', deviceAt: result.event.at })
        bus.emit('enriched', enrich(result.event, locate))
        break
      case 'filtered':
        this.#count({ source, at, outcome: 'filtered', deviceAt: null })
        break
      case 'unparsed':
        this.#count({ source, at, outcome: 'unparsed', deviceAt: null })
        inbox.keep(line, result.reason)
        break
    }
  }

  #count(line: SettledLine): void {
    this.#parts.counter.settle(line.source, line.outcome)
    this.#parts.bus.emit('settled', line)
  }
}
