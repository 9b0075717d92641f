import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { WebSocket } from 'ws'

/**
 * Requests and sockets as any program would send them. A certificate that was
 * made for the occasion is taken as it is.
 */
const trusting = { rejectUnauthorized: false }

/** Sends a request; answers with what came back, whatever it was. */
export async function ask(
  url: string,
  { method = 'GET', path, headers = {}, body = '' }: Asked = {},
): Promise<Answer> {
  const request = url.startsWith('https') ? httpsRequest : httpRequest
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, headers, ...trusting, ...(path !== undefined && { path }) }, resolve)
      .once('error', reject)
      .end(body)
  })
  const cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    cookie,
    body: await text(response),
  }
}

export interface Asked {
  readonly method?: string
  /** Sent as it stands, in place of the path of the URL. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** The first cookie that was set, ready to be sent back. */
  readonly cookie: string
  readonly body: string
}

/** A form, as a browser sends it. */
export function form(fields: Readonly<Record<string, string>>): Asked {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  }
}

/** Opens a socket; rejects with the status of a handshake that was refused. */
export async function open(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Socket> {
  const socket = new WebSocket(url, { headers, ...trusting })
  const frames: Frame[] = []
  let wake = (): void => undefined
  socket.on('message', (data) => {
    // With the default binaryType a message is one Buffer.
    frames.push(JSON.parse((data as Buffer).toString()))
    wake()
  })
  const closed = new Promise<number>((resolve) => {
    socket.once('close', resolve)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('unexpected-response', (_, response) => reject(new Error(`${response.statusCode}`)))
    socket.once('error', reject)
  })
  const next = async (): Promise<Frame> => {
    for (;;) {
      const frame = frames.shift()
      if (frame !== undefined) return frame
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    next,
    async say(frame) {
      socket.send(JSON.stringify(frame))
      return next()
    },
    closed,
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await closed
    },
  }
}

/** One frame of the server; PROTOCOL.md says which there are. */
type Frame = Readonly<Record<string, unknown>>

export interface Socket extends AsyncDisposable {
  next(): Promise<Frame>
  /** Sends a frame and takes the next one that comes. */
  say(frame: Frame): Promise<Frame>
  /** The code it was closed with. */
  readonly closed: Promise<number>
}
