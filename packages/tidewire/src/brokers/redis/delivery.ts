import type { BrokerEvent } from '../../core/ports/broker.ts'
import type { Position } from '../../protocol/position.ts'

/**
 * What one subscription passes on: nothing up to the position it begins at, which
 * is found out while events arrive already, and nothing twice.
 */
export class Delivery {
  readonly #receive: (event: BrokerEvent) => void
  #early: BrokerEvent[] | null = []
  #newest: Position | null = null
  #hasEnded = false

  constructor(receive: (event: BrokerEvent) => void) {
    this.#receive = receive
  }

  /** An event arrived. */
  take(event: BrokerEvent): void {
    if (this.#early === null) this.#pass(event)
    else this.#early.push(event)
  }

  /** Passes on what came after a position, and what comes. */
  start(position: Position | null): void {
    const early = this.#early ?? []
    this.#early = null
    this.#newest = position
    for (const event of early) this.#pass(event)
  }

  /** Passes nothing on from now on. */
  end(): void {
    this.#hasEnded = true
    this.#early = null
  }

  #pass(event: BrokerEvent): void {
    if (this.#hasEnded || isKnown(event.position, this.#newest)) return
    this.#newest = event.position
    this.#receive(event)
  }
}

function isKnown(position: Position | null, newest: Position | null): boolean {
  if (position === null || newest === null) return false
  return position.epoch === newest.epoch && position.offset <= newest.offset
}
