import { type Client, connect } from 'tidewire/client'
import { jwtOf } from '../load/credentials.ts'
import type { Target } from '../messages.ts'
import { begun, Witness } from './witness.ts'

/** By the SDK, with a token that is renewed again and again on the way. */
export class SdkWitness extends Witness {
  override readonly name = 'SDK'
  #client: Client | null = null

  override async begin({ port }: Target): Promise<void> {
    const client = connect(`ws://127.0.0.1:${port}/ws`, { token: () => jwtOf('witness') })
    this.#client = client
    client.on('error', ({ code, message }) => this.numbers.fail(`was told ${code}: ${message}`))
    client.on('state', ({ kind }) => {
      if (kind === 'waiting') this.numbers.fail('has lost its connection')
    })
    client.channel('witness').subscribe(({ payload }) => this.numbers.take(payload), {
      last: 1,
      onGap: ({ reason, to }) => {
        if (to === null || reason === 'HOLE') this.numbers.fail(`was told a gap: ${reason}`)
        else this.numbers.skipTo(to.offset)
      },
    })
    await begun(this.numbers)
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#client?.dispose()
  }
}
