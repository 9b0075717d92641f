import { connect, type Socket } from 'node:net'
import { Inbox } from './inbox.ts'

/**
 * A bare TCP connection to a server under test: sends any bytes at all and
 * reads what comes back, first an HTTP head, then WebSocket frames.
 */
export class ByteSocket implements AsyncDisposable {
  readonly #socket: Socket
  readonly #inbox = new Inbox<Buffer>((chunk) => JSON.stringify(chunk.toString('latin1')))
  readonly #ended: Promise<void>
  #unread = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#inbox.put(chunk))
    socket.on('end', () => this.#inbox.end('the server has ended the connection'))
    socket.on('error', (cause) => this.#inbox.end(String(cause)))
    this.#ended = new Promise((resolve) => {
      socket.once('close', () => resolve())
    })
  }

  write(bytes: Buffer | string): void {
    this.#socket.write(bytes)
  }

  /** Sends a handshake and reads the server's 101. */
  async handshake(request: string = upgradeRequest()): Promise<void> {
    this.write(request)
    const head = await this.head()
    if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`no 101 but ${head}`)
  }

  /** Everything up to the empty line that ends an HTTP head. */
  async head(): Promise<string> {
    const end = () => this.#unread.indexOf('\r\n\r\n')
    while (end() === -1) await this.#more()
    return String(this.#take(end() + 4))
  }

  /** The next frame of the server. */
  async nextFrame(): Promise<ServerFrameBytes> {
    for (;;) {
      const frame = readFrame(this.#unread)
      if (frame !== null) return { ...frame, bytes: this.#take(frame.bytes.length) }
      await this.#more()
    }
  }

  /** The code of the close frame that comes, after whatever comes before it. */
  async closeCode(): Promise<number> {
    for (;;) {
      const { opcode, payload } = await this.nextFrame()
      if (opcode === 0x8) return payload.readUInt16BE()
    }
  }

  /** Everything that comes until the server ends the connection. */
  async rest(): Promise<string> {
    await this.#ended
    for (;;) {
      try {
        await this.#more()
      } catch {
        return String(this.#take(this.#unread.length))
      }
    }
  }

  /** Resolves when the connection is gone, whoever ended it. */
  ended(): Promise<void> {
    return this.#ended
  }

  /** Whether the connection is gone by now. */
  get isGone(): boolean {
    return this.#socket.closed
  }

  /** Ends the connection with a TCP reset. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    await this.#ended
  }

  async #more(): Promise<void> {
    this.#unread = Buffer.concat([this.#unread, await this.#inbox.take()])
  }

  #take(length: number): Buffer {
    const taken = this.#unread.subarray(0, length)
    this.#unread = this.#unread.subarray(length)
    return taken
  }
}

/** A frame as it came over the wire. */
export interface ServerFrameBytes {
  readonly opcode: number
  readonly payload: Buffer
  /** The whole frame, header included. */
  readonly bytes: Buffer
}

/** Opens a connection on loopback; with `allowHalfOpen` it stays when the server has ended its side. */
export async function openByteSocket(port: number, allowHalfOpen = false): Promise<ByteSocket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return new ByteSocket(socket)
}

/** A WebSocket handshake as text; `headers` replace its own, null leaves one out. */
export function upgradeRequest(options: UpgradeRequestOptions = {}): string {
  const { line = 'GET /ws HTTP/1.1', headers = {} } = options
  const fields = Object.entries<string | null>({ ...handshakeHeaders, ...headers })
  const lines = fields.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]))
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`
}

export interface UpgradeRequestOptions {
  /** The request line. Default `GET /ws HTTP/1.1`. */
  readonly line?: string
  readonly headers?: Readonly<Record<string, string | null>>
}

/** Sends one request and reads its answer to the end of the connection. */
export async function exchange(port: number, request: string): Promise<HttpAnswer> {
  await using socket = await openByteSocket(port)
  socket.write(request)
  const [statusLine = '', ...lines] = (await socket.head()).trimEnd().split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Map(headers),
    body: await socket.rest(),
  }
}

export interface HttpAnswer {
  readonly status: number
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

const handshakeHeaders = {
  Host: '127.0.0.1',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

function readFrame(bytes: Buffer): ServerFrameBytes | null {
  if (bytes.length < 2) return null
  const short = bytes.readUInt8(1)
  const headerBytes = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < headerBytes) return null
  const length =
    short < 126 ? short : bytes.readUIntBE(short === 126 ? 2 : 4, short === 126 ? 2 : 6)
  const end = headerBytes + length
  if (bytes.length < end) return null
  return {
    opcode: bytes.readUInt8(0) & 0x0f,
    payload: bytes.subarray(headerBytes, end),
    bytes: bytes.subarray(0, end),
  }
}
