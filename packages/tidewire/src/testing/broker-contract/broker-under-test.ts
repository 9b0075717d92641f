import type { Broker, HistoryBounds } from '../../core/ports/broker.ts'

/**
 * A broker, and what a contract case has to do to the world around it.
 *
 * Made new for every case, on an engine that holds nothing yet.
 */
export interface BrokerUnderTest extends AsyncDisposable {
  /** The broker of one node. */
  readonly broker: Broker

  /**
   * The broker of another node on the same engine. Leave it out only for an
   * engine that lives in one process: the cases then use the one broker twice.
   */
  readonly otherNode?: Broker

  /** The window the broker was made with, ms. Short, for an engine that lives in real time. */
  readonly dedupeWindowMs: number

  /**
   * Lets time pass for whatever the engine measures age by: moves a virtual
   * clock, or waits. At least `ms`.
   */
  passTime(ms: number): Promise<void>

  /**
   * Cuts what is passed on to `broker` for a moment. Leave it out for an engine
   * that loses no event on its way to a node.
   */
  interrupt?(): Promise<void>

  /**
   * Makes the engine lose its logs, as a crash of it would, and answers a
   * broker that is connected to what is left.
   */
  loseLogs(): Promise<Broker>
}

/** Makes a broker on an empty engine. */
export type MakeBroker = () => Promise<BrokerUnderTest>

/** A case before it is given something to run on. */
export interface BrokerCase {
  readonly name: string
  check(subject: BrokerUnderTest): Promise<void>
}

/** Bounds that no case comes near. */
export const roomyHistory: HistoryBounds = {
  maxEntries: 10_000,
  maxBytes: 10_000_000,
  maxAgeMs: 3_600_000,
}

/** Publishes `count` events one after the other: the payloads 1, 2, 3, … */
export async function publishNumbers(
  broker: Broker,
  channel: string,
  { count, from = 1, history = roomyHistory }: Numbers,
): Promise<void> {
  for (let number = from; number < from + count; number += 1) {
    await broker.publish(channel, { payloadJson: String(number) }, history)
  }
}

/** Which numbers to publish. */
export interface Numbers {
  readonly count: number
  /** The first of them. Default 1. */
  readonly from?: number
  /** Default: `roomyHistory`; null for a channel without. */
  readonly history?: HistoryBounds | null
}

/** The whole numbers from the first to the last. */
export function numbers(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}
