import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'
import type { Target } from '../messages.ts'
import type { Scene } from './crew.ts'

/** Opens a WebSocket that reads whatever comes; null when the server refuses it, which is told. */
export async function openSocket(
  { target, tell }: Scene,
  path: string,
  { protocols = [], ...options }: SocketOptions = {},
): Promise<WebSocket | null> {
  const socket = new WebSocket(urlOf(target, path), [...protocols], options)
  // What becomes of a connection is told by its end.
  socket.on('error', () => undefined)
  socket.resume()
  const refusal = await Promise.race([once(socket, 'open').then(() => null), refusalOf(socket)])
  if (refusal !== null) {
    tell(`refused ${refusal}`)
    return null
  }
  socket.once('close', (code) => tell(`closed ${code}`))
  return socket
}

type SocketOptions = ClientOptions & { readonly protocols?: readonly string[] }

function refusalOf(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('unexpected-response', (_request, response) => {
      response.resume()
      socket.terminate()
      resolve(`${response.statusCode}`)
    })
    socket.once('close', () => resolve('without an answer'))
  })
}

export function urlOf({ port }: Target, path: string): string {
  return `ws://127.0.0.1:${port}${path}`
}

/** Sends a frame, unless the socket has gone. */
export function say(socket: WebSocket, frame: object | string): void {
  if (socket.readyState !== WebSocket.OPEN) return
  socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame), () => undefined)
}

/** Waits for the end of a socket, and makes it when it does not come. */
export async function gone(socket: WebSocket, rest: (ms: number) => Promise<void>): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return
  await Promise.race([once(socket, 'close'), rest(patienceMs)])
  socket.terminate()
}

const patienceMs = 15_000
