/**
 * Syslog over UDP, RFC 5426: one datagram is one line.
 */
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { decodeLine, maxLineBytes } from './decode-line.ts'
import type { LineSink } from './line-sink.ts'
import type { ListenOptions, Receiver } from './receiver.ts'

// What the kernel keeps while we are busy, in bytes; it takes less when its own limit is lower.
const receiveBufferBytes = 4 * 1024 * 1024

/** Starts to listen; rejects when it cannot. `::` listens on IPv4 as well. */
export async function listenUdp(sink: LineSink, options: ListenOptions): Promise<Receiver> {
  const { family } = await lookup(options.host)
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    recvBufferSize: receiveBufferBytes,
  })
  socket.on('message', (bytes, { address }) => {
    const source = { kind: 'udp', sender: address } as const
    const at = options.now()
    if (bytes.length > maxLineBytes) sink.drop(source, at)
    else sink.accept({ source, text: decodeLine(bytes), at })
  })
  socket.bind(options.port, options.host)
  await once(socket, 'listening')
  // ICMP errors of the past end up here; the socket goes on receiving.
  socket.on('error', () => {})
  const { address, port } = socket.address()
  return { address, port, close: () => closeSocket(socket) }
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(resolve)
  })
}
