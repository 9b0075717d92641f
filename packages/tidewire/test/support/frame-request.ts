import { request as openRequest } from 'node:http'
import type { ServerFrame } from '../../src/protocol/frames.ts'
import { EventStream, type StreamEvent } from './event-stream.ts'
import { type Reply, type SendOptions, sendHttp } from './send-http.ts'

/**
 * Frames in a request (P-074), by a client that knows nothing of Tidewire: each
 * message is a line, and what comes back is taken apart as it came.
 */
export async function askFrames(
  port: number,
  messages: Messages,
  { query = '', headers = {}, ...options }: FrameOptions = {},
): Promise<FramesReply> {
  const reply = await sendHttp(port, `${framesPath}${query}`, {
    method: 'POST',
    headers: { ...ndjson, ...headers },
    body: bodyOf(messages),
    ...options,
  })
  const isAnswered = reply.status === 200
  return { ...reply, frames: isAnswered ? reply.text.split('\n').map((it) => JSON.parse(it)) : [] }
}

/** Opens a stream of frames; fails with the answer when it is none. */
export function openFrames(
  port: number,
  messages: Messages,
  { query = '', headers = {} }: FrameOptions = {},
): Promise<FrameStream> {
  return new Promise((resolve, reject) => {
    const request = openRequest({
      host: '127.0.0.1',
      port,
      path: `${framesPath}${query}`,
      method: 'POST',
      agent: false,
      headers: { ...ndjson, Accept: 'text/event-stream', ...headers },
    })
    request.once('error', reject)
    request.once('response', (response) => {
      if (response.statusCode === 200) resolve(new FrameStream(request, response))
      else reject(new Error(`answered with ${response.statusCode}`))
    })
    request.end(bodyOf(messages))
  })
}

/** A stream whose events are frames: none of them has a name or an id. */
export class FrameStream extends EventStream {
  /** Passes over the hello and the acks. */
  override async begin(acks = 1): Promise<this> {
    await this.frame('connected')
    for (let count = 0; count < acks; count += 1) await this.frame('ack')
    return this
  }

  /** The next frame, whatever it is, or fails when it is not of this type. */
  async frame(type?: ServerFrame['type'] | 'close'): Promise<StreamEvent['data']> {
    const { data, id } = await this.next('message')
    if (id === null && (type === undefined || data.type === type)) return data
    throw new Error(`the next frame is no ${type} but ${JSON.stringify(data)}, with the id ${id}`)
  }
}

/** Where the frames go. */
export const framesPath = '/api/frames'

/** What their body says that it is. */
export const ndjson = { 'Content-Type': 'application/x-ndjson' }

/** A body as it is, or the messages in its lines. */
type Messages = string | Buffer | readonly unknown[]

export interface FrameOptions extends Pick<SendOptions, 'headers' | 'signal' | 'agent'> {
  /** With its question mark. */
  readonly query?: string
}

/** An answer, whole; without frames when it is a refusal. */
export interface FramesReply extends Reply {
  // biome-ignore lint/suspicious/noExplicitAny: tests compare what has arrived
  readonly frames: readonly any[]
}

function bodyOf(messages: Messages): string | Buffer {
  if (typeof messages === 'string' || Buffer.isBuffer(messages)) return messages
  return messages.map((message) => JSON.stringify(message)).join('\n')
}
