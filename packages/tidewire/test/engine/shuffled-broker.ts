import type { Scheduler } from 'fast-check'
import type {
  Broker,
  BrokerEvent,
  HistoryBounds,
  HistoryPage,
  HistoryQuery,
  NewEvent,
  Published,
} from '../../src/core/ports/broker.ts'
import type { Position } from '../../src/protocol/position.ts'

/**
 * A broker whose questions, answers and deliveries arrive in any order that the
 * contract allows: the scheduler of a property test picks one. Only deliveries
 * of one channel keep their order, as they must.
 */
export class ShuffledBroker implements Broker {
  readonly #inner: Broker
  readonly #scheduler: Scheduler
  readonly #losesEvery: number
  #delivered = 0

  /** @param losesEvery which deliveries never arrive: each n-th; 0 for none. */
  constructor(inner: Broker, scheduler: Scheduler, losesEvery = 0) {
    this.#inner = inner
    this.#scheduler = scheduler
    this.#losesEvery = losesEvery
  }

  publish(channel: string, event: NewEvent, history: HistoryBounds | null): Promise<Published> {
    return this.#travel('publish', () => this.#inner.publish(channel, event, history))
  }

  subscribe(
    channel: string,
    receive: (event: BrokerEvent) => void,
    history: HistoryBounds | null,
  ): Promise<Position | null> {
    const underway: BrokerEvent[] = []
    const receiveLater = (event: BrokerEvent) => {
      this.#delivered += 1
      if (this.#losesEvery > 0 && this.#delivered % this.#losesEvery === 0) return
      underway.push(event)
      void this.#scheduler
        .schedule(Promise.resolve(), `deliver to ${channel}`)
        .then(() => underway.shift())
        .then((oldest) => oldest !== undefined && receive(oldest))
    }
    return this.#travel('subscribe', () => this.#inner.subscribe(channel, receiveLater, history))
  }

  unsubscribe(channel: string): void {
    this.#inner.unsubscribe(channel)
  }

  read(channel: string, query: HistoryQuery): Promise<HistoryPage> {
    return this.#travel('read', () => this.#inner.read(channel, query))
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  async #travel<TAnswer>(call: string, ask: () => Promise<TAnswer>): Promise<TAnswer> {
    await this.#scheduler.schedule(Promise.resolve(), `${call} asked`)
    const answer = await ask()
    await this.#scheduler.schedule(Promise.resolve(), `${call} answered`)
    return answer
  }
}
