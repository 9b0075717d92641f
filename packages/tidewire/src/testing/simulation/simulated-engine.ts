import type { Broker, BrokerEvent, HistoryBounds } from '../../core/ports/broker.ts'
import type { Position } from '../../protocol/position.ts'
import type { Ledger } from './ledger.ts'
import { promise } from './violation.ts'

/**
 * The engine behind the brokers of several nodes: one log for all of them.
 *
 * It is a broker of one node, made by the test, whose deliveries are handed to
 * every node that listens. It never fails or delays anything itself; the way to
 * it does (`node-broker.ts`). Every stored event is taken down in the ledger.
 */
export class SimulatedEngine {
  readonly #makeBroker: () => Broker
  readonly #ledger: Ledger
  readonly #channels = new Map<string, EngineChannel>()
  readonly #epochs: string[] = []
  #broker: Broker
  #requests = 0

  constructor({ makeBroker, ledger }: SimulatedEngineOptions) {
    this.#makeBroker = makeBroker
    this.#ledger = ledger
    this.#broker = makeBroker()
  }

  /** What stores and reads. */
  get broker(): Broker {
    return this.#broker
  }

  /** How many listeners there are over all channels. */
  get listenerCount(): number {
    return [...this.#channels.values()].reduce((sum, { listeners }) => sum + listeners.size, 0)
  }

  /** The life of a channel's log that goes on now; null without history. */
  epochOf(channel: string): string | null {
    return this.#channels.get(channel)?.top?.epoch ?? null
  }

  /** How many epochs began before this one. */
  ageOf(epoch: string): number {
    return this.#epochs.indexOf(epoch)
  }

  /**
   * Takes note of a request, so that a node that asks without end ends the run
   * and not the patience of whoever waits for it.
   *
   * @throws Violation
   */
  countRequest(): void {
    this.#requests += 1
    promise(this.#requests <= maxRequests, `${maxRequests} requests: a node asks without end`)
  }

  /** Sees to it that what is stored on a channel is taken down and handed out. */
  async open(channel: string, history: HistoryBounds | null): Promise<void> {
    const known = this.#channels.get(channel)
    if (known !== undefined) return known.opened
    const made: EngineChannel = {
      history,
      listeners: new Set(),
      top: null,
      opened: Promise.resolve(),
    }
    this.#channels.set(channel, made)
    await this.#attach(channel, made)
  }

  /** Adds a listener; answers with the position it begins after. */
  async listen(
    channel: string,
    history: HistoryBounds | null,
    listener: EngineListener,
  ): Promise<Position | null> {
    await this.open(channel, history)
    const { listeners, top } = this.#known(channel)
    listeners.add(listener)
    return top
  }

  leave(channel: string, listener: EngineListener): void {
    this.#channels.get(channel)?.listeners.delete(listener)
  }

  /** Loses every log, as a crash would; listeners stay and hear of the next life. */
  async restart(): Promise<void> {
    const closed = this.#broker.close()
    this.#broker = this.#makeBroker()
    this.#ledger.beginLife()
    for (const [channel, state] of this.#channels) await this.#attach(channel, state)
    await closed
  }

  close(): Promise<void> {
    return this.#broker.close()
  }

  #attach(channel: string, state: EngineChannel): Promise<void> {
    const hand = (event: BrokerEvent) => this.#hand(channel, event)
    state.opened = this.#broker.subscribe(channel, hand, state.history).then((top) => {
      state.top = top
      if (top !== null && !this.#epochs.includes(top.epoch)) this.#epochs.push(top.epoch)
    })
    return state.opened
  }

  #hand(channel: string, event: BrokerEvent): void {
    this.#ledger.of(channel).record(event)
    const state = this.#known(channel)
    state.top = event.position
    for (const listener of state.listeners) listener(event)
  }

  #known(channel: string): EngineChannel {
    const known = this.#channels.get(channel)
    if (known === undefined) throw new RangeError(`${channel} was not opened`)
    return known
  }
}

/** Hears of every event, at once and in order. */
export type EngineListener = (event: BrokerEvent) => void

export interface SimulatedEngineOptions {
  /** Makes the broker of one life of the engine: every one an epoch of its own. */
  readonly makeBroker: () => Broker
  readonly ledger: Ledger
}

/** Many times what a run needs. */
const maxRequests = 50_000

interface EngineChannel {
  readonly history: HistoryBounds | null
  readonly listeners: Set<EngineListener>
  /** The newest position; null without history. */
  top: Position | null
  opened: Promise<void>
}
