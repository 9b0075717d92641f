import { WebSocket } from 'ws'
import type { ConnectedFrame, ServerFrame } from '../../src/protocol/frames.ts'
import { Inbox } from './inbox.ts'

/**
 * A WebSocket client that knows nothing of Tidewire: it sends what a test types
 * and hands out what arrives, frame by frame and in order.
 */
export class RawClient implements AsyncDisposable {
  readonly #webSocket: WebSocket
  readonly #inbox = new Inbox<Buffer>(String)
  readonly #closed: Promise<Goodbye>
  #hello: ConnectedFrame | null = null

  constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket
    this.#closed = new Promise((resolve) => {
      webSocket.once('close', (code, reason) => {
        this.#inbox.end(`closed with ${code} ${reason}`)
        resolve({ code, reason: String(reason) })
      })
    })
    webSocket.on('message', (data) => {
      // With the default binaryType, ws hands out one Buffer a message.
      this.#inbox.put(data as Buffer)
    })
    webSocket.on('error', (cause) => this.#inbox.end(String(cause)))
  }

  /** The first frame, which every connection gets (P-003). */
  get hello(): ConnectedFrame {
    if (this.#hello === null) throw new Error('the server has not said hello yet')
    return this.#hello
  }

  /** The subprotocol the server chose; empty when it chose none. */
  get protocol(): string {
    return this.#webSocket.protocol
  }

  /** Reads the hello; `connectRaw` calls it. */
  async greet(): Promise<void> {
    this.#hello = await this.next('connected')
  }

  /** Text and bytes go as they are, anything else as JSON. */
  send(data: unknown): void {
    const isRaw = typeof data === 'string' || Buffer.isBuffer(data)
    this.#webSocket.send(isRaw ? data : JSON.stringify(data))
  }

  /** The next message, as bytes. */
  nextBytes(): Promise<Buffer> {
    return this.#inbox.take()
  }

  /** The next frame, whatever it is, or fails when it is not of this type. */
  async next(): Promise<ServerFrame>
  async next<TType extends ServerFrame['type']>(type: TType): Promise<FrameOf<TType>>
  async next(type?: string): Promise<ServerFrame> {
    const text = String(await this.#inbox.take())
    // What arrives is what a test is about to look at.
    const frame = JSON.parse(text) as ServerFrame
    if (type !== undefined && frame.type !== type) {
      throw this.#inbox.failure(`the next frame is not of type ${type}`)
    }
    return frame
  }

  /** Sends a frame and takes the next one that comes. */
  async ask(frame: unknown): Promise<ServerFrame> {
    this.send(frame)
    return this.next()
  }

  /**
   * Fails when anything else is under way: what the server answers to a heartbeat
   * comes after everything it had sent before.
   */
  async expectSilence(): Promise<void> {
    this.send({ type: 'heartbeat' })
    await this.next('heartbeat')
  }

  /** Stops reading, so that the server's bytes pile up. */
  pause(): void {
    this.#webSocket.pause()
  }

  resume(): void {
    this.#webSocket.resume()
  }

  /** Says goodbye; see `closed`. */
  close(): void {
    this.#webSocket.close(1000)
  }

  /** How the connection ended. */
  closed(): Promise<Goodbye> {
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#webSocket.terminate()
    await this.#closed
  }
}

/** How a connection ended. */
export interface Goodbye {
  readonly code: number
  readonly reason: string
}

/** The server frame of a type. */
export type FrameOf<TType extends ServerFrame['type']> = Extract<
  ServerFrame,
  { readonly type: TType }
>

/** Connects and reads the hello. */
export async function connectRaw(
  url: string,
  { protocols = [], headers = {}, ca }: ConnectOptions = {},
): Promise<RawClient> {
  const webSocket = new WebSocket(url, [...protocols], {
    headers,
    perMessageDeflate: false,
    ...(ca !== undefined && { ca }),
  })
  const client = new RawClient(webSocket)
  await client.greet()
  return client
}

/** What a client brings to its handshake. */
export interface ConnectOptions {
  readonly protocols?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  /** Trusted for `wss:`, in PEM. */
  readonly ca?: string
}
