/**
 * The event bus between the pipeline and whoever watches it.
 *
 * Synchronous: a listener runs before the next line is read, so it must be
 * quick, and one that throws is a bug.
 */
import { EventEmitter } from 'node:events'
import type { LineOutcome } from './counts.ts'
import type { EnrichedEvent } from './enrich/enriched-event.ts'
import type { LineSource } from './ingest/line-sink.ts'

/** What became of one line. */
export interface SettledLine {
  readonly source: LineSource
  /** When it came in, in ms since the epoch, by this server's clock. */
  readonly at: number
  readonly outcome: LineOutcome
  /** When it happened by the device's clock; null when it is no event. */
  readonly deviceAt: number | null
}

/** What the bus carries, by name. */
interface BusEvents {
  enriched: [event: EnrichedEvent]
  settled: [line: SettledLine]
}

/** Typed view of Node's emitter. */
export type Bus = EventEmitter<BusEvents>

/** A bus without listeners. */
export function createBus(): Bus {
  return new EventEmitter<BusEvents>()
}
