import {
  type Broker,
  BrokerUnavailable,
  type HistoryPage,
  type Published,
} from '../../../src/core/ports/broker.ts'
import type { Position } from '../../../src/protocol/position.ts'

/**
 * A broker whose engine can go away and come back: while it is gone every call
 * rejects as the port says, after the turn it was made in, and nothing is
 * stored. What it held before is still there afterwards.
 */
export class BreakableBroker implements Broker {
  readonly #engine: Broker
  #isGone = false

  constructor(engine: Broker) {
    this.#engine = engine
  }

  breakDown(): void {
    this.#isGone = true
  }

  heal(): void {
    this.#isGone = false
  }

  async publish(...passed: Parameters<Broker['publish']>): Promise<Published> {
    await this.#reach()
    return this.#engine.publish(...passed)
  }

  async subscribe(...passed: Parameters<Broker['subscribe']>): Promise<Position | null> {
    await this.#reach()
    return this.#engine.subscribe(...passed)
  }

  unsubscribe(channel: string): void {
    this.#engine.unsubscribe(channel)
  }

  async read(...passed: Parameters<Broker['read']>): Promise<HistoryPage> {
    await this.#reach()
    return this.#engine.read(...passed)
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  async #reach(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    if (this.#isGone) throw new BrokerUnavailable('the engine cannot be reached')
  }
}
