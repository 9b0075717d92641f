import { createServer } from 'node:http'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { BenchEvent } from './event.ts'
import { listenOnLoopback } from './listen.ts'
import { benchToken, type Listening, serve } from './serve.ts'

/**
 * What one writes with `ws` alone: a first message with a token, sets of sockets
 * by channel, one `send` per subscriber, and an echo of anything else.
 */
export function serveWs({ encode, deflates = false }: WsOptions): void {
  const channels: Channels = new Map()
  serve({
    listen: () => listenWs(channels, deflates),
    publish: (channel, event) => sendAll(channels.get(channel), encode(event)),
  })
}

/** The same, with the events of so long in one message that begins like a batch of Tidewire. */
export function serveWsInBatches({ windowMs, makeEvent, deflates = false }: WsBatchOptions): void {
  const channels: Channels = new Map()
  const waiting = new Map<string, string[]>()
  const flush = (channel: string) => {
    const events = waiting.get(channel) ?? []
    waiting.delete(channel)
    const head = `{"type":"batch","channel":"${channel}","count":${events.length},"events":[`
    sendAll(channels.get(channel), Buffer.from(`${head}${events.join(',')}]}`))
  }
  serve({
    listen: () => listenWs(channels, deflates),
    publish(channel, event) {
      const text = JSON.stringify(event)
      const events = waiting.get(channel)
      if (events !== undefined) return void events.push(text)
      waiting.set(channel, [text])
      setTimeout(flush, windowMs, channel)
    },
    makeEvent,
  })
}

/** What a `ws` server does. */
export interface WsOptions {
  readonly encode: (event: BenchEvent) => string | Buffer
  /** `ws` deflates, each message for each client that offers to inflate it. Default false. */
  readonly deflates?: boolean
}

/** What a `ws` server does that gathers events. */
export interface WsBatchOptions extends Pick<WsOptions, 'deflates'> {
  readonly windowMs: number
  readonly makeEvent: (dueUs: number, number: number) => BenchEvent
}

type Channels = Map<string, Set<WebSocket>>

function listenWs(channels: Channels, deflates: boolean): Promise<Listening> {
  const server = createServer()
  // Without context takeover: the load generator's readers keep no context.
  const perMessageDeflate = deflates && { serverNoContextTakeover: true }
  const sockets = new WebSocketServer({ server, perMessageDeflate })
  sockets.on('connection', (socket) => accept(socket, channels))
  return listenOnLoopback(server)
}

function sendAll(sockets: ReadonlySet<WebSocket> | undefined, data: string | Buffer): void {
  for (const socket of sockets ?? []) socket.send(data, { binary: false })
}

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
