import { io } from 'socket.io-client'
import { crowdToken } from '../servers/crowd-server.ts'
import type { BenchEvent } from '../servers/event.ts'
import type { Member, MemberOptions } from './member.ts'

/**
 * Socket.IO's client with its defaults, over WebSocket only. After a connection
 * whose state the server could not recover it subscribes again, as its guide
 * has it.
 */
export function socketIoMember(options: MemberOptions): Member {
  const { port, number, localAddress, channels, witness, reachability, onDial, onGap } = options
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    // A manager of its own each: all of them are in one process only here.
    forceNew: true,
    auth: { token: crowdToken(number) },
    ...({ localAddress } as object),
  })
  const places = new Map(channels.map((name, channel) => [name, channel]))
  let isKnown = false
  let isReachable = false
  onDial()
  socket.io.on('reconnect_attempt', onDial)
  socket.on('event', (name: string, { at, seq }: BenchEvent) => {
    witness.take(places.get(name) ?? -1, at, seq)
  })
  socket.on('disconnect', () => {
    if (isReachable) reachability.lose()
    isReachable = false
  })
  const ready = new Promise<void>((resolve) => {
    socket.on('connect', () => {
      const arrive = () => {
        isReachable = true
        isKnown = true
        reachability.gain()
        resolve()
      }
      if (socket.recovered) return arrive()
      if (isKnown) onGap()
      socket.emit('subscribe', channels, arrive)
    })
  })
  return { ready, end: () => socket.disconnect() }
}
