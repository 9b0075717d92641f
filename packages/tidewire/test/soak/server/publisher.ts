import { randomBytes } from 'node:crypto'
import type { Tidewire } from 'tidewire'
import type { options } from './application.ts'

/** What the server itself publishes: numbers for the witnesses, and bulk for slow readers. */
export class Publisher {
  readonly #tide: Published
  readonly #onFailure: (cause: unknown) => void
  #timer: NodeJS.Timeout | undefined
  #last = 0

  constructor(tide: Published, onFailure: (cause: unknown) => void) {
    this.#tide = tide
    this.#onFailure = onFailure
  }

  /** The newest number. */
  get last(): number {
    return this.#last
  }

  start(): void {
    this.#timer = setInterval(() => this.#publish().catch(this.#onFailure), everyMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #publish(): Promise<void> {
    this.#last += 1
    const key = `k${this.#last % valueCount}`
    await Promise.all([
      this.#tide.publish('witness', this.#last),
      this.#tide.publish('bulk', bulk),
      this.#tide.publish('impatient', bulk),
      this.#tide.publish('value:server', { key, value: this.#last }),
    ])
  }
}

type Published = Pick<Tidewire<(typeof options)['channels']>, 'publish'>

const everyMs = 50
const valueCount = 20
// Nothing that could be compressed.
const bulk = randomBytes(36 * 1_024).toString('base64')
