import type { ServerResponse } from 'node:http'
import { onSocketEnd } from './socket-end.ts'

/**
 * Tells once when a response is over: it was taken, or its client has left, also
 * where it waits behind another one of its socket. The answer stops it.
 */
export function onResponseEnd(response: ServerResponse, callback: () => void): () => void {
  const end = () => {
    stop()
    callback()
  }
  // A response that waits behind another one does not tell when both are lost.
  const forgetSocket = onSocketEnd(response.req.socket, end)
  const stop = () => {
    forgetSocket()
    response.off('close', end)
  }
  response.once('close', end)
  return stop
}
