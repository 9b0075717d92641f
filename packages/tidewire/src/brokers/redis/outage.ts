import type { Logger } from '../../core/ports/logger.ts'
import type { RedisConnection } from './client.ts'

/**
 * Tells the operator when a connection is gone and when it is back: a line each,
 * however often it was tried in between.
 */
export class Outage {
  readonly #name: string
  readonly #logger: Logger
  #isGone = false

  constructor(name: string, connection: RedisConnection, logger: Logger) {
    this.#name = name
    this.#logger = logger
    connection.on('error', (cause) => this.begin(cause))
  }

  begin(cause: unknown): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#logger.error(`redis cannot be reached for ${this.#name}`, { cause })
  }

  end(): void {
    if (this.#isGone) this.#logger.info(`redis can be reached again for ${this.#name}`)
    this.#isGone = false
  }
}
