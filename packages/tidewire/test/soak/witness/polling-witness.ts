import type { Target } from '../messages.ts'
import { begun, Witness } from './witness.ts'

/** By asking again and again, each time with the position of the answer before. */
export class PollingWitness extends Witness {
  override readonly name = 'long-poll'
  readonly #ending = new AbortController()
  #asking: Promise<void> = Promise.resolve()

  override async begin(target: Target): Promise<void> {
    this.#asking = this.#ask(target).catch((cause) => {
      if (!this.#ending.signal.aborted) this.numbers.fail(String(cause))
    })
    await begun(this.numbers)
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await this.#asking
  }

  async #ask({ port }: Target): Promise<void> {
    const { signal } = this.#ending
    const path = `http://127.0.0.1:${port}/api/channels/witness/messages?waitMs=2000`
    for (let query = '&limit=1&waitMs=0'; !signal.aborted; ) {
      const answer = await fetch(`${path}${query}`, { signal })
      if (!answer.ok) throw new Error(`was answered ${answer.status}`)
      const page: Page = JSON.parse(await answer.text())
      query = this.#take(page)
    }
  }

  #take(page: Page): string {
    const { events, position, recovered } = page
    const first = events[0]
    if (!recovered && first !== undefined) this.numbers.skipTo(first.payload - 1)
    for (const { payload } of events) this.numbers.take(payload)
    return `&since=${position.epoch}:${position.offset}`
  }
}

interface Page {
  readonly events: readonly { readonly payload: number }[]
  readonly position: { readonly epoch: string; readonly offset: number }
  readonly recovered: boolean
}
