import { judgePublication } from './publication.ts'
import { maxBufferedBytes } from './simulated-node.ts'
import { promise } from './violation.ts'
import type { World } from './world.ts'

/**
 * What must hold for a run as a whole; what holds for one subscription is its
 * judge's.
 */

/**
 * Memory stays within its bounds, at every step.
 *
 * @throws Violation
 */
export function assertBounds({ network, nodes, scenario }: World): void {
  for (const { peakBufferedBytes } of network.links) assertBuffered(peakBufferedBytes)
  assertBuffered(network.peakBufferedBytes)
  for (const { name, options } of scenario.channels) {
    const maxEntries = options.delivery === 'latest' ? 1_000 : (options.history?.size ?? 0)
    for (const node of nodes) {
      const { kept, unflushed } = node.logSize(name)
      promise(kept - unflushed <= maxEntries, `${name}: the log holds ${kept} entries`)
    }
  }
}

/**
 * All are connected again, and every subscription has all it was promised.
 *
 * @param options exceptPlain: leaves out channels without history, on which
 *   what was missed does not come by itself.
 * @throws Violation
 */
export function assertLevel(
  world: World,
  { exceptPlain }: { readonly exceptPlain: boolean },
): void {
  const { clients, scenario, engine } = world
  for (const client of clients) {
    promise(client.state.kind === 'online', `${client.name} is ${client.state.kind}`)
    for (const watcher of client.watchers) {
      const channel = scenario.channels.find(({ name }) => name === watcher.channel)
      if (exceptPlain && channel?.kind === 'plain') continue
      watcher.assertLevel(engine.epochOf(watcher.channel))
    }
  }
}

/**
 * Every publish ended as it said.
 *
 * @throws Violation
 */
export function assertPublications({ publications, ledger }: World): void {
  for (const publication of publications) {
    judgePublication(publication, ledger.of(publication.channel))
  }
}

/**
 * After every client has gone, nothing of them is left.
 *
 * @throws Violation
 */
export function assertAftermath({ nodes, engine, network }: World): void {
  for (const { connectionCount } of nodes) {
    promise(connectionCount === 0, `${connectionCount} connections are left`)
  }
  promise(network.links.length === 0, `${network.links.length} links are left`)
  promise(engine.listenerCount === 0, `${engine.listenerCount} broker subscriptions are left`)
}

/** The bound of the connection, and the one frame that may pass it. */
const maxPeakBytes = maxBufferedBytes + 64 * 1024 + 40_000

function assertBuffered(bytes: number): void {
  promise(bytes <= maxPeakBytes, `${bytes} bytes waited on one link`)
}
