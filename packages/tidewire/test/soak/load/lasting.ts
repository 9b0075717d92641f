import { WebSocket } from 'ws'
import type { Crew, Scene } from './crew.ts'
import { gone, openSocket, say } from './socket.ts'

/** Clients that stay and do not do what they ought to: they do not read, or do not answer. */
export const lastingCrews: readonly Crew[] = [
  { name: 'stalled readers', size: 6, restMs: 2_000, visit: stall },
  { name: 'mute', size: 3, restMs: 2_000, visit: beMute },
]

/** Reads, stops reading for so long that its connection is full, and reads on. */
async function stall(scene: Scene): Promise<void> {
  const { random, rest } = scene
  const socket = await openSocket(scene, random.pick(['/ws', '/deflate']))
  if (socket === null) return
  const onMessage = (data: unknown) => {
    const frame: { readonly type: string; readonly reason?: string } = JSON.parse(String(data))
    if (frame.type === 'gap') scene.tell(`gap ${frame.reason}`)
  }
  socket.on('message', onMessage)
  say(socket, { type: 'subscribe', id: 1, channel: random.pick(['bulk', 'bulk', 'impatient']) })
  for (let round = random.integer(1, 3); round > 0; round -= 1) {
    await rest(random.integer(500, 4_000))
    if (socket.readyState !== WebSocket.OPEN) break
    socket.pause()
    await rest(random.integer(2_000, 40_000))
    socket.resume()
  }
  await rest(random.integer(0, 2_000))
  if (random.chance(0.5)) socket.close()
  else socket.terminate()
  await gone(socket, rest)
}

/** Is there and answers no ping, as if its network had gone: the server has to notice. */
async function beMute(scene: Scene): Promise<void> {
  const socket = await openSocket(scene, '/ws', { autoPong: false })
  if (socket === null) return
  say(socket, { type: 'subscribe', id: 1, channel: 'witness' })
  // The server's patience is two heartbeats.
  await gone(socket, scene.rest)
}
