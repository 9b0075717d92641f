/**
 * A WebSocket that keeps every frame as the server sent it, and asks by hand.
 */
import { once } from 'node:events'
import { WebSocket } from 'ws'

const patienceMs = 30_000

/** How to connect. */
export interface RawSocketOptions {
  /** Default `/ws`. */
  readonly path?: string
  readonly cookie?: string
  readonly origin?: string
  /** Sent as the first frame, as a display does. */
  readonly token?: string
}

/** An open WebSocket. */
export interface RawSocket {
  /** Every frame so far. */
  readonly frames: readonly string[]
  /** Subscribes; resolves with `ack` or the code of the refusal. */
  subscribe(channel: string): Promise<string>
  /** Resolves with the first frame, also an earlier one, that holds a text. */
  frameWith(text: string): Promise<string>
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  close(): void
}

/** Opens a WebSocket; rejects with `HTTP 401` and the like when the server refuses it. */
export async function openRawSocket(
  port: number,
  options: RawSocketOptions = {},
): Promise<RawSocket> {
  const { path = '/ws', cookie, origin, token } = options
  const headers = cookie === undefined ? {} : { Cookie: cookie }
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    headers,
    ...(origin === undefined ? {} : { origin }),
  })
  const frames: string[] = []
  const listeners = new Set<() => void>()
  const hear = () => {
    for (const listener of [...listeners]) listener()
  }
  socket.on('message', (data) => {
    frames.push(String(data))
    hear()
  })
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      resolve(code)
      hear()
    })
  })
  await opened(socket)

  const frameWith = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        listeners.delete(look)
        settle()
      }
      const fail = (why: string) => () => reject(new Error(`${why}: ${frames.join('\n')}`))
      const timer = setTimeout(() => end(fail(`no frame with ${text}`)), patienceMs)
      const look = (): void => {
        const found = frames.find((frame) => frame.includes(text))
        if (found !== undefined) end(() => resolve(found))
        else if (socket.readyState === WebSocket.CLOSED) end(fail('the connection closed'))
      }
      listeners.add(look)
      look()
    })

  let lastId = 0
  if (token !== undefined) {
    socket.send(JSON.stringify({ type: 'auth', token }))
    await frameWith('"auth_ack"')
  }
  return {
    frames,
    async subscribe(channel) {
      lastId += 1
      socket.send(JSON.stringify({ type: 'subscribe', id: lastId, channel, last: 100 }))
      const answer = JSON.parse(await frameWith(`"id":${lastId}`))
      return answer.type === 'error' ? answer.code : answer.type
    },
    frameWith,
    closed,
    close: () => socket.close(),
  }
}

async function opened(socket: WebSocket): Promise<void> {
  const refused = new Promise<never>((_resolve, reject) => {
    socket.on('unexpected-response', (request, response) => {
      request.destroy()
      reject(new Error(`HTTP ${response.statusCode}`))
    })
    socket.on('error', reject)
  })
  await Promise.race([once(socket, 'open'), refused])
}
