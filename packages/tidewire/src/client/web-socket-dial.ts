import type { Dial } from './dial.ts'

/**
 * A `Dial` over anything that looks like the WebSocket of a browser; the class
 * of `ws` does.
 */
export function webSocketDial(open: OpenSocket): Dial {
  return (url, protocols, handlers) => {
    const socket = open(url, protocols)
    socket.addEventListener('message', ({ data }) => handlers.onMessage(data))
    socket.addEventListener('close', ({ code, reason }) => handlers.onClose(code, reason))
    // Every error is followed by a close; without a listener, `ws` would throw it.
    socket.addEventListener('error', () => undefined)
    return socket
  }
}

/** Makes a socket that is about to connect. */
export type OpenSocket = (url: string, protocols: readonly string[]) => SocketLike

/** The part of a WebSocket that is used. */
interface SocketLike {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void
  addEventListener(type: 'error', listener: () => void): void
  send(text: string): void
  close(code: number, reason: string): void
}
