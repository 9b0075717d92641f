import { createServer } from 'node:http'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { BenchEvent } from './event.ts'
import { listenOnLoopback } from './listen.ts'
import { benchToken, serve } from './serve.ts'

/**
 * What one writes with `ws` alone: a first message with a token, sets of sockets
 * by channel, one `send` per subscriber, and an echo of anything else.
 */
export function serveWs(encode: (event: BenchEvent) => string | Buffer): void {
  const channels = new Map<string, Set<WebSocket>>()
  serve({
    listen() {
      const server = createServer()
      const sockets = new WebSocketServer({ server, perMessageDeflate: false })
      sockets.on('connection', (socket) => accept(socket, channels))
      return listenOnLoopback(server)
    },
    publish(channel, event) {
      const data = encode(event)
      for (const socket of channels.get(channel) ?? []) socket.send(data, { binary: false })
    },
  })
}

type Channels = Map<string, Set<WebSocket>>

function accept(socket: WebSocket, channels: Channels): void {
  const joined: Set<WebSocket>[] = []
  let isKnown = false
  socket.on('message', (data) => {
    const message = parse(data)
    if (message.token !== undefined) isKnown = message.token === benchToken
    if (!isKnown) return socket.close(4003)
    for (const name of message.subscribe ?? []) joined.push(join(name, socket, channels))
    socket.send(JSON.stringify({ type: 'ack', id: message.id, payload: message.payload }))
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    for (const members of joined) members.delete(socket)
  })
}

function join(name: string, socket: WebSocket, channels: Channels): Set<WebSocket> {
  const members = channels.get(name) ?? new Set()
  channels.set(name, members)
  return members.add(socket)
}

interface Message {
  readonly id?: number
  readonly token?: string
  readonly subscribe?: readonly string[]
  readonly payload?: unknown
}

function parse(data: RawData): Message {
  // Only the load generator talks to this server.
  return JSON.parse(data.toString()) as Message
}
