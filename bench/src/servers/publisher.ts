import { monotonicUs } from '../harness/monotonic.ts'

/**
 * Publishes at a fixed rate inside the server process, the same way for every
 * server under test.
 *
 * Events carry the time they were due, not the time they were made, so a server
 * that is too busy to publish cannot hide it. What is overdue is made up for in
 * bursts of at most 5 ms worth of events, with a turn of the event loop between.
 */
export class Publisher {
  readonly #emit: (dueUs: number) => void
  #schedule: Schedule | null = null

  constructor(emit: (dueUs: number) => void) {
    this.#emit = emit
  }

  /** Publishes so many events a second from now on. */
  start(perSecond: number): void {
    const schedule = { startedUs: monotonicUs(), perSecond, published: 0 }
    this.#schedule = schedule
    this.#tick(schedule)
  }

  /** Stops; nothing more is published. */
  stop(): void {
    this.#schedule = null
  }

  #tick(schedule: Schedule): void {
    if (this.#schedule !== schedule) return
    const due = dueEvents(schedule, monotonicUs())
    for (let count = 0; count < due; count += 1) {
      this.#emit(dueTime(schedule))
      schedule.published += 1
    }
    const waitMs = Math.ceil((dueTime(schedule) - monotonicUs()) / 1_000)
    if (waitMs <= 0) setImmediate(() => this.#tick(schedule))
    else setTimeout(() => this.#tick(schedule), waitMs)
  }
}

/** A rate and how far it has been kept. */
export interface Schedule {
  readonly startedUs: number
  readonly perSecond: number
  published: number
}

/** How many events to publish now. */
export function dueEvents({ startedUs, perSecond, published }: Schedule, nowUs: number): number {
  const owed = Math.floor(((nowUs - startedUs) * perSecond) / 1e6) + 1 - published
  const burst = Math.max(1, Math.ceil(perSecond * burstSeconds))
  return Math.max(0, Math.min(owed, burst))
}

/** When the next event is due. */
export function dueTime({ startedUs, perSecond, published }: Schedule): number {
  return Math.round(startedUs + (published * 1e6) / perSecond)
}

const burstSeconds = 0.005
