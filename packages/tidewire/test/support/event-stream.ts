import { type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http'
import { Inbox } from './inbox.ts'

/**
 * A reader of server-sent events that knows nothing of Tidewire: it takes a
 * stream apart as the standard says, and hands out one event after the other.
 */
export class EventStream implements AsyncDisposable {
  readonly response: IncomingMessage
  readonly #request: ClientRequest
  readonly #inbox = new Inbox<StreamEvent>((event) => JSON.stringify(event))
  readonly #ended: Promise<void>
  #text = ''
  #lastEventId = ''
  /** Lines that begin with a colon. */
  comments = 0

  constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request
    this.response = response
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => this.#take(chunk))
    response.on('error', (cause) => this.#inbox.end(String(cause)))
    this.#ended = new Promise((resolve) => {
      response.once('close', () => {
        this.#inbox.end('the stream has ended')
        resolve()
      })
    })
  }

  /** What a client would send as `Last-Event-ID`. */
  get lastEventId(): string {
    return this.#lastEventId
  }

  /** The next event, whatever it is called, or fails when it is not called this. */
  async next(name?: string): Promise<StreamEvent> {
    const event = await this.#inbox.take()
    if (name === undefined || event.event === name) return event
    throw this.#inbox.failure(`the next event is not a ${name}`)
  }

  /** The payloads of the next events on it, out of as many frames as it takes. */
  async payloads(count: number): Promise<unknown[]> {
    const payloads: unknown[] = []
    while (payloads.length < count) {
      const { data } = await this.next('message')
      const events = data.type === 'batch' ? data.events : [data]
      for (const { payload } of events) payloads.push(payload)
    }
    return payloads
  }

  /** Passes over the hello and the acks. */
  async begin(channels = 1): Promise<this> {
    await this.next('connected')
    for (let count = 0; count < channels; count += 1) await this.next('ack')
    return this
  }

  pause(): void {
    this.response.pause()
  }

  resume(): void {
    this.response.resume()
  }

  ended(): Promise<void> {
    return this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#request.destroy()
    await this.#ended
  }

  #take(chunk: string): void {
    const blocks = (this.#text + chunk).split('\n\n')
    this.#text = blocks.pop() ?? ''
    for (const block of blocks) this.#takeBlock(block)
  }

  #takeBlock(block: string): void {
    const fields = new Map<string, string>()
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) this.comments += 1
      const [name = '', ...value] = line.split(': ')
      fields.set(name, value.join(': '))
    }
    this.#lastEventId = fields.get('id') ?? this.#lastEventId
    const data = fields.get('data')
    if (data === undefined) return
    const event = fields.get('event') ?? 'message'
    this.#inbox.put({ event, id: fields.get('id') ?? null, data: JSON.parse(data) })
  }
}

/** One event, and its data as JSON. */
export interface StreamEvent {
  readonly event: string
  readonly id: string | null
  // biome-ignore lint/suspicious/noExplicitAny: tests compare what has arrived
  readonly data: any
}

/** Opens a stream; fails with the answer when it is none. */
export function openStream(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const request = openRequest({ host: '127.0.0.1', port, path, headers, agent: false })
    request.once('error', reject)
    request.once('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered with ${response.statusCode}`))
      else resolve(new EventStream(request, response))
    })
    request.end()
  })
}
