import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import type { BenchEvent } from './event.ts'
import { listenOnLoopback } from './listen.ts'
import { serve } from './serve.ts'

/**
 * A server that does nothing but write the same bytes to every socket: no
 * protocol, no bookkeeping, no look at the socket's state.
 *
 * It shows what the kernel, Node's sockets and the load generator allow at most,
 * and so that the load generator is not what the other figures measure.
 */
export function serveWriteOnly({ windowMs }: WriteOnlyOptions): void {
  const sockets = new Set<Duplex>()
  let waiting: string[] = []
  const flush = () => {
    const frame = frameOf(waiting)
    waiting = []
    for (const socket of sockets) socket.write(frame)
  }
  serve({
    listen() {
      const server = createServer()
      server.on('upgrade', (request, socket) => {
        accept(socket, request.headers['sec-websocket-key'] ?? '')
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
      })
      return listenOnLoopback(server)
    },
    publish(_channel, event: BenchEvent) {
      waiting.push(JSON.stringify(event))
      if (windowMs === 0) flush()
      else if (waiting.length === 1) setTimeout(flush, windowMs)
    },
  })
}

/** How the bytes leave. */
export interface WriteOnlyOptions {
  /** How long events are gathered into one write, in ms; 0 writes each at once. */
  readonly windowMs: number
}

function accept(socket: Duplex, key: string): void {
  const accepted = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  socket.on('error', () => socket.destroy())
  socket.resume()
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accepted.digest('base64')}\r\n\r\n`,
  )
}

/** The events as Tidewire would frame them: the same bytes, and the same count to read. */
function frameOf(events: readonly string[]): Buffer {
  const head = `{"type":"batch","channel":"bench:0","count":${events.length},"events":[`
  const payload = Buffer.from(`${head}${events.map((text) => `{"payload":${text}}`).join(',')}]}`)
  return Buffer.concat([headerOf(payload.length), payload])
}

function headerOf(length: number): Buffer {
  if (length < 126) return Buffer.from([0x81, length])
  if (length < 65_536) return Buffer.from([0x81, 126, length >> 8, length & 0xff])
  const header = Buffer.alloc(10)
  header[0] = 0x81
  header[1] = 127
  header.writeUInt32BE(length, 6)
  return header
}
