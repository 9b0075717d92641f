/**
 * The event bus between the pipeline and whoever watches it.
 *
 * Synchronous: a listener runs before the next line is read, so it must be
 * quick, and one that throws is a bug.
 */
import { EventEmitter } from 'node:events'
import type { EnrichedEvent } from './enrich/enriched-event.ts'

/** What the bus carries, by name. */
interface BusEvents {
  enriched: [event: EnrichedEvent]
}

/** Typed view of Node's emitter. */
export type Bus = EventEmitter<BusEvents>

/** A bus without listeners. */
export function createBus(): Bus {
  return new EventEmitter<BusEvents>()
}
