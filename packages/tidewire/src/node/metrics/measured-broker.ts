import { Histogram } from '../../core/histogram.ts'
import type {
  Broker,
  BrokerEvent,
  HistoryBounds,
  HistoryPage,
  HistoryQuery,
  NewEvent,
  Published,
} from '../../core/ports/broker.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { Position } from '../../protocol/position.ts'

/**
 * A broker, and how long it takes for what it is asked, how often it fails, and
 * how much waits for it: what hangs is seen while it hangs.
 *
 * Changes nothing of what is asked or answered. Costs two looks at the clock and
 * one more reaction an operation; what the broker hands out is not touched.
 */
export class MeasuredBroker implements Broker {
  readonly meters: BrokerMeters = { publish: meter(), subscribe: meter(), read: meter() }
  readonly #broker: Broker
  readonly #clock: Clock
  #interruptions = 0

  constructor(broker: Broker, clock: Clock) {
    this.#broker = broker
    this.#clock = clock
  }

  /** How often events may have been lost on their way to this node. */
  get interruptions(): number {
    return this.#interruptions
  }

  get isReachable(): boolean {
    return this.#broker.isReachable ?? true
  }

  publish(channel: string, event: NewEvent, history: HistoryBounds | null): Promise<Published> {
    const { publish } = this.meters
    return this.#measure(publish, () => this.#broker.publish(channel, event, history))
  }

  subscribe(
    channel: string,
    receive: (event: BrokerEvent) => void,
    history: HistoryBounds | null,
  ): Promise<Position | null> {
    const { subscribe } = this.meters
    return this.#measure(subscribe, () => this.#broker.subscribe(channel, receive, history))
  }

  unsubscribe(channel: string): void {
    this.#broker.unsubscribe(channel)
  }

  onInterruption(listener: () => void): void {
    this.#broker.onInterruption?.(() => {
      this.#interruptions += 1
      listener()
    })
  }

  read(channel: string, query: HistoryQuery): Promise<HistoryPage> {
    return this.#measure(this.meters.read, () => this.#broker.read(channel, query))
  }

  close(): Promise<void> {
    return this.#broker.close()
  }

  // The very promise of the broker is handed on: what waits for it goes on in the
  // same moment as without a meter.
  #measure<TAnswer>(to: BrokerMeter, ask: () => Promise<TAnswer>): Promise<TAnswer> {
    const askedAt = this.#clock.elapsedMs()
    const settle = (): void => {
      to.pending -= 1
      to.seconds.observe((this.#clock.elapsedMs() - askedAt) / 1_000)
    }
    const fail = (): void => {
      to.failures += 1
      settle()
    }
    to.pending += 1
    try {
      const answer = ask()
      answer.then(settle, fail)
      return answer
    } catch (cause) {
      fail()
      throw cause
    }
  }
}

/** What was seen of a broker, by operation. */
export type BrokerMeters = Readonly<Record<'publish' | 'subscribe' | 'read', BrokerMeter>>

/** What was seen of one operation. */
export interface BrokerMeter {
  /** Asked and not answered yet. */
  pending: number
  failures: number
  /** From the question to the answer, failures included. */
  readonly seconds: Histogram
}

function meter(): BrokerMeter {
  return { pending: 0, failures: 0, seconds: new Histogram(secondsBounds) }
}

/** From memory to an engine that is nearly given up. */
const secondsBounds = [0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5]
