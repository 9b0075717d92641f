import type { SubscribeOptions } from '../../client/subscription.ts'
import type { Judge } from './judge.ts'
import type { Note } from './ledger.ts'
import { NewestJudge } from './newest-judge.ts'
import { OrderedJudge } from './ordered-judge.ts'
import { PlainJudge } from './plain-judge.ts'
import { follow, type Publication } from './publication.ts'
import type { ScenarioChannel } from './scenario.ts'
import type { SimulatedClient } from './simulated-client.ts'
import type { Step } from './step.ts'
import type { World } from './world.ts'

/**
 * What applications do: subscribe, publish, leave and come anew.
 */
export const workload: readonly Step[] = [
  { name: 'server publishes', weight: 5, run: publishAsServer },
  { name: 'client publishes', weight: 5, run: publishAsClient },
  { name: 'subscribe', weight: 4, run: subscribe },
  { name: 'unsubscribe', weight: 1, run: unsubscribe },
  { name: 'move', weight: 1, run: resubscribe },
  { name: 'replace client', weight: 0.4, run: replaceClient },
  { name: 'rest', weight: 0.3, run: rest },
]

/** One event of the server on every channel: what a healthy reader must get. */
export function publishEverywhere(world: World): void {
  for (const channel of world.scenario.channels) publishOne(world, channel, { repeats: 0 })
}

function publishAsServer(world: World): void {
  const { random, scenario } = world
  const channel = random.pick(scenario.channels)
  const count = drawCount(world)
  world.note(`server publishes ${count} on ${channel.name}`)
  for (let sent = 0; sent < count; sent += 1) publishOne(world, channel, { repeats })
}

function publishAsClient(world: World): void {
  const { random, scenario, clients } = world
  const channel = random.pick(scenario.channels)
  const client = random.pick(clients)
  const count = drawCount(world)
  world.note(`${client.name} publishes ${count} on ${channel.name}`)
  for (let sent = 0; sent < count; sent += 1) publishOne(world, channel, { client, repeats })
}

function drawCount({ random }: World): number {
  return random.chance(0.1) ? random.integer(20, 60) : random.integer(1, 6)
}

/** How often a publish uses a key that was used before. */
const repeats = 0.1

function publishOne(
  world: World,
  { name }: ScenarioChannel,
  { client, repeats }: { readonly client?: SimulatedClient; readonly repeats: number },
): void {
  const { random, publications } = world
  const id = publications.length
  const note = drawNote(world, { id, client })
  const twin = random.chance(repeats) ? twinOf(world, name) : undefined
  const key = `key${twin?.sameKey[0] ?? id}`
  const sameKey = twin?.sameKey ?? [id]
  if (twin !== undefined) twin.sameKey.push(id)
  const publication: Publication = { channel: name, note, sameKey, outcome: { kind: 'open' } }
  publications.push(publication)
  if (client !== undefined) client.publish(publication, { key, echo: note.echo })
  else follow(publication, random.pick(world.nodes).publish(name, note, key))
}

function drawNote(
  world: World,
  { id, client }: { readonly id: number; readonly client: SimulatedClient | undefined },
): Note & { readonly text: string } {
  const { random, scenario } = world
  return {
    id,
    by: client?.name ?? 'server',
    value: `v${random.integer(1, scenario.values)}`,
    echo: client === undefined || random.chance(0.8),
    text: 'x'.repeat(drawLength(world)),
  }
}

function drawLength({ random }: World): number {
  if (random.chance(0.02)) return random.integer(5_000, 30_000)
  return random.chance(0.2) ? random.integer(200, 1_500) : random.integer(0, 60)
}

/** A recent publish on the channel, to use its key again. */
function twinOf({ publications }: World, channel: string): Publication | undefined {
  return publications.slice(-20).find((publication) => publication.channel === channel)
}

function subscribe(world: World): void {
  const { random, clients, scenario } = world
  const start = random.pick([{}, {}, { last: random.integer(1, 30) }])
  open(world, random.pick(clients), { channel: random.pick(scenario.channels), start })
}

function unsubscribe(world: World): void {
  const client = world.random.pick(world.clients)
  if (client.watchers.length > 0) client.unsubscribe(world.random.pick(client.watchers))
}

/** Goes on at another place from where a subscription stood, as a page does after a reload. */
function resubscribe(world: World): void {
  const { random, clients, scenario } = world
  const client = random.pick(clients)
  const [watcher] = client.watchers
  const channel = scenario.channels.find(({ name }) => name === watcher?.channel)
  if (watcher === undefined || channel === undefined) return
  const { position } = watcher
  client.unsubscribe(watcher)
  const start = position === null ? {} : { since: position }
  open(world, random.chance(0.5) ? client : random.pick(clients), { channel, start })
}

function replaceClient(world: World): void {
  const { clients, random } = world
  const [leaving] = clients.splice(random.integer(0, clients.length - 1), 1)
  leaving?.dispose()
  world.addClient()
}

async function rest(world: World): Promise<void> {
  await world.clock.advance(world.random.integer(1_000, 45_000))
}

function open(
  world: World,
  client: SimulatedClient,
  { channel, start }: { readonly channel: ScenarioChannel; readonly start: SubscribeOptions },
): void {
  client.subscribe(channel.name, judgeOf(world, channel, client), start)
}

function judgeOf(world: World, channel: ScenarioChannel, client: SimulatedClient): Judge {
  const subject = world.caseOf(channel, client.name)
  switch (channel.kind) {
    case 'plain':
      return new PlainJudge(subject)
    case 'latest':
      return new NewestJudge(subject, channel.options.conflateKey !== undefined)
    case 'every':
    case 'disconnect':
    case 'drop':
      return new OrderedJudge(subject)
  }
}
