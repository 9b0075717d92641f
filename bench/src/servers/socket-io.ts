import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { listenOnLoopback } from './listen.ts'
import { benchToken, serve } from './serve.ts'

/** Socket.IO over WebSocket only, with `ws` as its engine, one room per channel. */
const io = new Server({
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  // The load generator does not answer pings; no run lasts this long.
  pingInterval: 300_000,
})

io.use((socket, next) => {
  const isKnown = socket.handshake.auth['token'] === benchToken
  next(isKnown ? undefined : new Error('unknown token'))
})

io.on('connection', (socket) => {
  socket.on('subscribe', async (channels: string[], acknowledge: () => void) => {
    await socket.join(channels)
    acknowledge()
  })
  socket.on('publish', (payload: unknown, acknowledge: (payload: unknown) => void) => {
    acknowledge(payload)
  })
})

serve({
  listen() {
    const server = createServer()
    io.attach(server)
    return listenOnLoopback(server)
  },
  publish(channel, event) {
    io.to(channel).emit('event', event)
  },
})
