import { setTimeout as pause } from 'node:timers/promises'
import type { Client, ClientState } from '../../client/node.ts'
import { CliError } from '../cli-error.ts'
import { isHopeless, type Offline, type Target, whyOffline } from './client-options.ts'

/**
 * Resolves when all of many clients are online. One that a server is too busy for
 * is waited for; one that it has no room for is not, as the others keep theirs.
 *
 * @throws CliError when it is known of each, and some are not; or after 30 s.
 */
export async function allOnline(clients: readonly Client[], target: Target): Promise<void> {
  const inTime = pause(patienceMs, null, { ref: false })
  const outcomes = await Promise.race([Promise.all(clients.map(outcomeOf)), inTime])
  if (outcomes === null) {
    const open = clients.filter(({ state }) => state.kind === 'online').length
    throw new CliError(`${open} of ${clients.length} connections open in ${patienceMs / 1_000} s`)
  }
  const offline = outcomes.filter((outcome) => outcome !== null)
  const [first] = offline
  if (first === undefined) return
  const count = `${offline.length} of ${clients.length} connections failed`
  throw new CliError(`${count}: ${await whyOffline(target, first)}${isFull(first) ? limits : ''}`)
}

const patienceMs = 30_000

const limits =
  '; see limits.maxConnectionsPerUser and limits.maxConnectionsPerAddress of the server'

/** Null: online. */
function outcomeOf(client: Client): Promise<Offline | null> {
  return new Promise((resolve) => {
    const look = (state: ClientState): void => {
      if (state.kind === 'online') resolve(null)
      if (state.kind !== 'waiting' && state.kind !== 'closed') return
      if (isFull(state) || isHopeless(state)) resolve(state)
    }
    client.on('state', look)
    look(client.state)
  })
}

function isFull(state: Offline): boolean {
  return state.kind === 'waiting' && state.closeCode === 4012
}
