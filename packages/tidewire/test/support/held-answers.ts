import type { RedisClient } from '../../src/brokers/redis.ts'
import { openGate } from './gate.ts'

/**
 * Between a Redis and a broker: answers arrive in their order, and from a moment
 * on not yet, as over a network that is slow just then.
 */
export class HeldAnswers {
  #last: Promise<unknown> = Promise.resolve()
  #gate = openGate()
  #refused = openGate()
  #word: string | null = null

  constructor() {
    this.#gate.open()
  }

  /** A client whose connections get their answers through here. */
  behind(client: RedisClient): RedisClient {
    return {
      options: client.options,
      duplicate: (overrides) => {
        const connection = client.duplicate(overrides)
        const call = connection.call.bind(connection)
        connection.call = (command, args) => this.#inTurn(call(command, args))
        return connection
      },
    }
  }

  /** Holds what comes behind the next error that has this word; resolves when that is passed on. */
  holdBehind(word: string): Promise<void> {
    this.#word = word
    return this.#refused.opened
  }

  release(): void {
    this.#gate.open()
  }

  #inTurn(answer: Promise<unknown>): Promise<unknown> {
    answer.catch(() => undefined)
    const passed = this.#last.then(() => this.#gate.opened).then(() => answer)
    this.#last = passed.catch((cause: unknown) => this.#look(String(cause)))
    return passed
  }

  #look(error: string): void {
    if (this.#word === null || !error.includes(this.#word)) return
    this.#word = null
    this.#gate = openGate()
    this.#refused.open()
  }
}
