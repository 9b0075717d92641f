import { type Client, connect, isTidewireError, type Subscription } from 'tidewire/client'
import type { SeededRandom } from 'tidewire/testing'
import { jwtOf } from './credentials.ts'
import type { Crew, Scene } from './crew.ts'
import { urlOf } from './socket.ts'

/** Clients as applications have them, on the SDK: they stay for a while and use all of it. */
export const residentCrews: readonly Crew[] = [
  { name: 'residents', size: 80, restMs: 3_000, visit: reside },
]

async function reside(scene: Scene): Promise<void> {
  const { target, random, rest, tell } = scene
  const userId = `resident-${random.integer(1, 60)}`
  await using client = connect(urlOf(target, '/ws'), {
    // Some 45 s: it has to be renewed on the way.
    token: () => jwtOf(userId),
    minDelayMs: 100,
    maxDelayMs: 2_000,
  })
  client.on('error', ({ code }) => tell(`error ${code}`))
  client.on('state', (state) => {
    if (state.kind === 'closed' && state.code !== 1000) tell(`closed ${state.code}`)
  })
  const subscriptions: Subscription[] = []
  for (let acts = random.integer(10, 60); acts > 0; acts -= 1) {
    if (client.state.kind === 'closed') return
    await act({ client, userId, subscriptions, random }).catch((cause: unknown) => {
      tell(isTidewireError(cause) ? `refused ${cause.code}` : String(cause))
    })
    await rest(random.integer(200, 1_500))
  }
}

interface Resident {
  readonly client: Client
  readonly userId: string
  readonly subscriptions: Subscription[]
  readonly random: SeededRandom
}

async function act(resident: Resident): Promise<unknown> {
  const { client, userId, subscriptions, random } = resident
  const place = random.integer(1, 50)
  switch (random.integer(0, 9)) {
    case 0:
      return client.call(random.pick(['echo', 'throws', 'never', 'nowhere']), { place })
    case 1:
      return client.channel(`log:${place}`).history({ limit: 20 })
    case 2:
      return client.channel(`user:${userId}`).publish({ to: userId })
    case 3:
      return client.channel(`value:${place}`).publish({ key: `k${place}`, value: place })
    case 4:
      return client.channel('secret').publish('not allowed')
    case 5:
    case 6:
      return client.channel(`log:${place}`).publish({ text: 'x'.repeat(place * 10) })
    case 7:
      for (const one of subscriptions.splice(0, 3)) one.dispose()
      return
    default:
      return join(resident, random.pick([`log:${place}`, `value:${place}`, `user:${userId}`]))
  }
}

async function join({ client, subscriptions, random }: Resident, channel: string): Promise<void> {
  const options = { last: random.integer(0, 10), onGap: () => undefined, onEnd: () => undefined }
  const subscription = client.channel(channel).subscribe(() => undefined, options)
  subscriptions.push(subscription)
  await subscription.ready
}
