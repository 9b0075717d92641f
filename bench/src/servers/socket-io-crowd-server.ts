import { createAdapter } from '@socket.io/redis-streams-adapter'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import { crowdUser, type MakeCrowdServer } from './crowd-server.ts'

/** Socket.IO over WebSocket only, with connection state recovery as its guide has it. */
export const makeSocketIoCrowd: MakeCrowdServer = ({ server, redisPort }) => {
  const io = new Server(server, {
    transports: ['websocket'],
    serveClient: false,
    connectionStateRecovery: {
      maxDisconnectionDuration: 2 * 60 * 1_000,
      skipMiddlewares: true,
    },
    ...(redisPort !== null && { adapter: createAdapter(new Redis(redisPort)) }),
  })
  io.use((socket, next) => {
    const isKnown = crowdUser(socket.handshake.auth['token']) !== null
    next(isKnown ? undefined : new Error('unknown token'))
  })
  io.on('connection', (socket) => {
    socket.on('subscribe', async (channels: string[], acknowledge: () => void) => {
      await socket.join(channels)
      acknowledge()
    })
  })
  return {
    publish: (channel, event) => void io.to(channel).emit('event', channel, event),
    leave: () => io.close().catch(ignoreNotListening),
  }
}

// The port was given to the next process before.
function ignoreNotListening(cause: unknown): void {
  const isExpected = cause instanceof Error && 'code' in cause
  if (!isExpected || cause.code !== 'ERR_SERVER_NOT_RUNNING') throw cause
}
