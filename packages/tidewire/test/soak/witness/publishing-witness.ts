import { setTimeout as later } from 'node:timers/promises'
import { type Client, connect } from 'tidewire/client'
import { jwtOf } from '../load/credentials.ts'
import type { Target } from '../messages.ts'
import { begun, Witness } from './witness.ts'

/** Publishes numbers with one client, and gets them with another. */
export class PublishingWitness extends Witness {
  override readonly name = 'a publisher'
  readonly #ending = new AbortController()
  #clients: readonly Client[] = []
  #publishing: Promise<void> = Promise.resolve()
  #last = 0

  override async begin({ port }: Target): Promise<void> {
    const url = `ws://127.0.0.1:${port}/ws`
    const reader = connect(url)
    const writer = connect(url, { token: () => jwtOf('publisher') })
    this.#clients = [reader, writer]
    for (const client of this.#clients) {
      client.on('error', ({ code }) => this.numbers.fail(`was told ${code}`))
    }
    const subscription = reader
      .channel(channel)
      .subscribe(({ payload }) => this.numbers.take(payload), {
        onGap: ({ reason }) => this.numbers.fail(`was told a gap: ${reason}`),
      })
    await subscription.ready
    this.#publishing = this.#publish(writer).catch((cause) => this.numbers.fail(String(cause)))
    await begun(this.numbers)
  }

  /** Its own last number, not the server's. */
  override async expect(): Promise<void> {
    this.#ending.abort()
    await this.#publishing
    await super.expect(this.#last)
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    for (const client of this.#clients) client.dispose()
    await this.#publishing
  }

  async #publish(writer: Client): Promise<void> {
    const { signal } = this.#ending
    while (!signal.aborted) {
      this.#last += 1
      const { duplicate } = await writer.channel(channel).publish(this.#last)
      if (duplicate) this.numbers.fail(`published ${this.#last} once, and it was known`)
      await later(everyMs, undefined, { signal }).catch(() => undefined)
    }
  }
}

const channel = 'counted:witness'
const everyMs = 200
