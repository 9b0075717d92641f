import {
  type Broker,
  type BrokerEvent,
  BrokerUnavailable,
  type HistoryBounds,
  type HistoryPage,
  type HistoryQuery,
  type NewEvent,
  type Published,
} from '../../core/ports/broker.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { Position } from '../../protocol/position.ts'
import type { SeededRandom } from '../network/seeded-random.ts'
import { Lane } from './lane.ts'
import type { EngineListener, SimulatedEngine } from './simulated-engine.ts'

/**
 * The broker of one node: the engine behind a network of its own.
 *
 * Requests, answers and deliveries each keep their order, as on a socket each.
 * A request may fail before the engine has seen it, and a delivery may be lost.
 */
export class NodeBroker implements Broker {
  readonly #engine: SimulatedEngine
  readonly #random: SeededRandom
  readonly #faults: () => BrokerFaults
  readonly #requests: Lane
  readonly #answers: Lane
  readonly #deliveries: Lane
  readonly #listeners = new Map<string, EngineListener>()

  constructor({ engine, clock, random, faults }: NodeBrokerOptions) {
    this.#engine = engine
    this.#random = random
    this.#faults = faults
    const drawDelayMs = () => random.integer(0, this.#faults().maxDelayMs)
    this.#requests = new Lane(clock, drawDelayMs)
    this.#answers = new Lane(clock, drawDelayMs)
    this.#deliveries = new Lane(clock, drawDelayMs)
  }

  publish(channel: string, event: NewEvent, history: HistoryBounds | null): Promise<Published> {
    return this.#ask(async ({ broker }) => {
      await this.#engine.open(channel, history)
      return broker.publish(channel, event, history)
    })
  }

  subscribe(
    channel: string,
    receive: (event: BrokerEvent) => void,
    history: HistoryBounds | null,
  ): Promise<Position | null> {
    const isListening = () => this.#listeners.get(channel) === listener
    const listener: EngineListener = (event) => {
      if (event.position !== null && this.#random.chance(this.#faults().loss)) return
      this.#deliveries.travel(() => {
        if (isListening()) receive(event)
      })
    }
    this.#listeners.set(channel, listener)
    return this.#ask(async (engine) => {
      const position = await engine.listen(channel, history, listener)
      if (!isListening()) engine.leave(channel, listener)
      return position
    })
  }

  unsubscribe(channel: string): void {
    const listener = this.#listeners.get(channel)
    if (listener === undefined) return
    this.#listeners.delete(channel)
    this.#engine.leave(channel, listener)
  }

  read(channel: string, query: HistoryQuery): Promise<HistoryPage> {
    return this.#ask(({ broker }) => broker.read(channel, query))
  }

  async close(): Promise<void> {
    for (const channel of [...this.#listeners.keys()]) this.unsubscribe(channel)
  }

  async #ask<TAnswer>(question: (engine: SimulatedEngine) => Promise<TAnswer>): Promise<TAnswer> {
    this.#engine.countRequest()
    await this.#requests.arrival()
    if (this.#random.chance(this.#faults().failure)) {
      await this.#answers.arrival()
      throw new BrokerUnavailable('cut by the simulation')
    }
    const asked = question(this.#engine)
    try {
      return await asked
    } finally {
      await this.#answers.arrival()
    }
  }
}

/** What may go wrong between a node and the engine; probabilities are from 0 to 1. */
export interface BrokerFaults {
  /** A request fails, and the engine has not seen it. */
  readonly failure: number
  /** A delivery of a channel with history is lost. */
  readonly loss: number
  /** The longest way, ms. */
  readonly maxDelayMs: number
}

export interface NodeBrokerOptions {
  readonly engine: SimulatedEngine
  readonly clock: Clock
  readonly random: SeededRandom
  /** What goes wrong at this moment. */
  readonly faults: () => BrokerFaults
}
