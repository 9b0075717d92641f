import {
  type Broker,
  type BrokerEvent,
  BrokerUnavailable,
  type HistoryBounds,
  type HistoryPage,
  type HistoryQuery,
  type NewEvent,
  type Published,
} from '../../src/core/ports/broker.ts'
import type { Position } from '../../src/protocol/position.ts'

/** A call of the broker that can be held up. */
export type HeldCall = 'publish' | 'subscribe' | 'read'

/**
 * A broker of which a test holds up the answers, or cuts the connection: what
 * an engine behind a network does, without one.
 */
export class HeldBroker implements Broker {
  /** Every call so far. */
  readonly asked: HeldCall[] = []
  readonly #inner: Broker
  readonly #onUnsubscribe: (channel: string) => void
  readonly #waiting: { readonly call: HeldCall; readonly goOn: () => void }[] = []
  readonly #held = new Set<HeldCall>()
  #isDown = false

  constructor(inner: Broker, onUnsubscribe: (channel: string) => void = () => undefined) {
    this.#inner = inner
    this.#onUnsubscribe = onUnsubscribe
  }

  /** Holds up the answers to a call from now on: what was asked happens, the answer waits. */
  hold(call: HeldCall): void {
    this.#held.add(call)
  }

  /** Lets the answers to a call go, those that wait and those to come. */
  release(call: HeldCall): void {
    this.#held.delete(call)
    for (const waiting of this.#waiting) if (waiting.call === call) waiting.goOn()
  }

  /** Makes every call fail until `recover`. */
  fail(): void {
    this.#isDown = true
  }

  recover(): void {
    this.#isDown = false
  }

  publish(channel: string, event: NewEvent, history: HistoryBounds | null): Promise<Published> {
    return this.#pass('publish', () => this.#inner.publish(channel, event, history))
  }

  subscribe(
    channel: string,
    receive: (event: BrokerEvent) => void,
    history: HistoryBounds | null,
  ): Promise<Position | null> {
    return this.#pass('subscribe', () => this.#inner.subscribe(channel, receive, history))
  }

  unsubscribe(channel: string): void {
    this.#onUnsubscribe(channel)
    this.#inner.unsubscribe(channel)
  }

  read(channel: string, query: HistoryQuery): Promise<HistoryPage> {
    return this.#pass('read', () => this.#inner.read(channel, query))
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  async #pass<TAnswer>(call: HeldCall, ask: () => Promise<TAnswer>): Promise<TAnswer> {
    this.asked.push(call)
    if (this.#isDown) throw new BrokerUnavailable('cut by the test')
    const answer = await ask()
    if (this.#held.has(call)) {
      await new Promise<void>((resolve) => {
        this.#waiting.push({ call, goOn: resolve })
      })
    }
    return answer
  }
}
