/**
 * Syslog over TCP, RFC 6587, any framing.
 *
 * Bounded in every direction: connections, idle time, bytes per unfinished
 * line. Lines are handled as they are read, so a fast sender meets TCP itself.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { decodeLine } from './decode-line.ts'
import { FrameSplitter } from './frame-splitter.ts'
import type { LineSink } from './line-sink.ts'
import type { ListenOptions, Receiver } from './receiver.ts'

const defaultMaxConnections = 256
const defaultIdleTimeoutMs = 15 * 60_000

/** Where to listen, and how much to allow. */
export interface TcpListenOptions extends ListenOptions {
  /** Further connections are closed at once. Default 256. */
  readonly maxConnections?: number
  /** A connection that sends nothing for so long is closed. Default 15 minutes. */
  readonly idleTimeoutMs?: number
}

/** Starts to listen; rejects when it cannot. `::` listens on IPv4 as well. */
export async function listenTcp(sink: LineSink, options: TcpListenOptions): Promise<Receiver> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.setTimeout(options.idleTimeoutMs ?? defaultIdleTimeoutMs, () => socket.destroy())
    receive(socket, sink, options.now)
  })
  server.maxConnections = options.maxConnections ?? defaultMaxConnections
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const { address, port } = boundAddress(server)
  return { address, port, close: () => closeServer(server, sockets) }
}

function receive(socket: Socket, sink: LineSink, now: () => number): void {
  const source = { kind: 'tcp', sender: socket.remoteAddress ?? 'unknown' } as const
  const splitter = new FrameSplitter({
    onFrame: (bytes) => sink.accept({ source, text: decodeLine(bytes), at: now() }),
    onDropped: () => sink.drop(source, now()),
  })
  socket.on('data', (chunk) => splitter.push(chunk))
  socket.on('close', () => splitter.end())
  // A reset is no news: 'close' follows and takes what was complete.
  socket.on('error', () => {})
}

function boundAddress(server: Server): { readonly address: string; readonly port: number } {
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new TypeError('not listening on a port')
  return bound
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}
