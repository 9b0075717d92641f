import type { Socket } from 'node:net'

/**
 * Tells when the socket of a request is gone.
 *
 * A response does not tell it while it waits behind another one of its socket
 * (pipelining), and a listener for each of them would be one leak warning after
 * the other: so there is one a socket. The answer stops it.
 */
export function onSocketEnd(socket: Socket, callback: () => void): () => void {
  // The callback of a socket that is gone is called all the same, and later.
  if (socket.destroyed) queueMicrotask(callback)
  const waiting = waitingOf.get(socket) ?? listenTo(socket)
  // Wrapped, so that the same function may wait twice.
  const entry = { callback }
  waiting.add(entry)
  return () => waiting.delete(entry)
}

type Waiting = Set<{ readonly callback: () => void }>

const waitingOf = new WeakMap<Socket, Waiting>()

function listenTo(socket: Socket): Waiting {
  const waiting: Waiting = new Set()
  waitingOf.set(socket, waiting)
  socket.once('close', () => {
    for (const { callback } of [...waiting]) callback()
  })
  return waiting
}
