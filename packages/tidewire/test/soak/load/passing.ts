import type { Socket } from 'node:net'
import type { SeededRandom } from 'tidewire/testing'
import type { WebSocket } from 'ws'
import { attack } from '../../fuzz/attack.ts'
import { caseOf } from '../../fuzz/fuzz-case.ts'
import { mutatedFrame } from '../../fuzz/mutated-frame.ts'
import { credentialOf, wrongHeaders } from './credentials.ts'
import type { Crew, Scene } from './crew.ts'
import { gone, openSocket, say } from './socket.ts'

/** Clients that come for a moment: most of what a server meets in a day. */
export const passingCrews: readonly Crew[] = [
  { name: 'passers-by', size: 16, restMs: 600, visit: passBy },
  { name: 'refused', size: 2, restMs: 800, visit: beRefused },
  { name: 'hostile', size: 3, restMs: 400, visit: beHostile },
  { name: 'room hoppers', size: 2, restMs: 3_000, visit: hopRooms },
]

/** Comes with some credential, says a few things, right and wrong, and leaves in some way. */
async function passBy(scene: Scene): Promise<void> {
  const { random, rest } = scene
  const userId = `passer-${random.integer(1, 500)}`
  const path = random.pick(['/ws', '/ws', '/open', '/deflate', '/door?resume=1', '/strict'])
  const socket = await openSocket(scene, path, await credentialOf(userId, random))
  if (socket === null) return
  if (random.chance(0.3)) say(socket, { type: 'auth', id: 'a', token: `user ${userId}` })
  for (let count = random.integer(0, 12); count > 0; count -= 1) {
    say(socket, random.chance(0.4) ? mutatedFrame(random) : usualFrame(userId, random))
    if (random.chance(0.5)) await rest(random.integer(1, 100))
  }
  leave(socket, random)
  await gone(socket, rest)
}

function usualFrame(userId: string, random: SeededRandom): object {
  const id = random.integer(1, 1_000_000)
  const name = random.integer(1, 2_000)
  return random.pick([
    { type: 'subscribe', id, channel: `log:${name}`, last: 5 },
    { type: 'publish', id, channel: `log:${name}`, payload: { text: 'passing by' }, key: `${id}` },
    { type: 'subscribe', id, channel: `value:${random.integer(1, 200)}` },
    { type: 'publish', id, channel: `value:${random.integer(1, 200)}`, payload: { key: 'k', id } },
    { type: 'subscribe', id, channel: `user:${userId}` },
    { type: 'subscribe', id, channel: random.pick(['may:never', 'may:throws', 'secret']) },
    { type: 'history', id, channel: `log:${name}`, limit: 10 },
    { type: 'call', id, method: random.pick(['echo', 'throws', 'never']), payload: [name] },
    { type: 'heartbeat' },
  ])
}

function leave(socket: WebSocket, random: SeededRandom): void {
  switch (random.integer(0, 3)) {
    case 0:
      return socket.close(1000)
    case 1:
      return socket.terminate()
    case 2:
      return say(socket, 'this is not JSON')
    default:
      // A peer that is cut off: a reset, and no word before it.
      bareSocket(socket).resetAndDestroy()
  }
}

// The types of `ws` do not show it.
function bareSocket(socket: WebSocket): Socket {
  return (socket as WebSocket & { readonly _socket: Socket })._socket
}

async function beRefused(scene: Scene): Promise<void> {
  const headers = scene.random.pick(wrongHeaders)
  const path = scene.random.pick(['/ws', '/strict', '/nowhere'])
  const socket = await openSocket(scene, path, { headers })
  socket?.close()
}

/** One connection of the fuzzer. */
async function beHostile({ target, random }: Scene): Promise<void> {
  await attack(target.port, caseOf(random.integer(1, 1_000_000), random.integer(1, 1_000)))
}

/** Goes through rooms nobody has been to, and nobody comes to again. */
async function hopRooms(scene: Scene): Promise<void> {
  const { random, rest } = scene
  const socket = await openSocket(scene, '/ws')
  if (socket === null) return
  for (let count = 0; count < 100; count += 1) {
    const kind = random.pick(['room', 'log', 'counted', 'value'])
    const channel = `${kind}:once-${random.integer(1, 2 ** 31)}`
    say(socket, { type: 'subscribe', id: count, channel })
    if (kind === 'room') say(socket, { type: 'publish', channel, payload: count })
    if (random.chance(0.8)) say(socket, { type: 'unsubscribe', id: `u${count}`, channel })
    await rest(50)
  }
  socket.close()
  await gone(socket, rest)
}
