import { MemoryBroker } from '../../src/brokers/memory.ts'
import type { Broker, BrokerEvent } from '../../src/core/ports/broker.ts'
import { randomId, systemClock } from '../../src/node/system.ts'

/**
 * One engine for several nodes: a memory broker, which has one reader for each
 * channel, and behind it as many as there are nodes.
 */
export class SharedBroker {
  readonly #memory = new MemoryBroker({ clock: systemClock, makeId: randomId })
  readonly #readers = new Map<string, Set<Receive>>()

  /** The broker of one more node. */
  forNode(): Broker {
    const memory = this.#memory
    const mine = new Map<string, Receive>()
    return {
      publish: (...event) => memory.publish(...event),
      read: (...query) => memory.read(...query),
      subscribe: (channel, receive, history) => {
        const readers = this.#readersOf(channel)
        mine.set(channel, receive)
        readers.add(receive)
        const pass: Receive = (event) => {
          for (const reader of readers) reader(event)
        }
        return memory.subscribe(channel, pass, history)
      },
      unsubscribe: (channel) => {
        const receive = mine.get(channel)
        const readers = this.#readersOf(channel)
        if (receive !== undefined) readers.delete(receive)
        if (readers.size === 0) memory.unsubscribe(channel)
      },
      close: async () => undefined,
    }
  }

  close(): Promise<void> {
    return this.#memory.close()
  }

  #readersOf(channel: string): Set<Receive> {
    const readers = this.#readers.get(channel) ?? new Set()
    this.#readers.set(channel, readers)
    return readers
  }
}

type Receive = (event: BrokerEvent) => void
