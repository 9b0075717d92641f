import { connect, type Socket } from 'node:net'
import { CollectingReader } from './collecting-reader.ts'
import { CountingReader } from './counting-reader.ts'
import type { Dialect, Greeting } from './dialect.ts'
import { clientFrame, opcodes } from './frame-bytes.ts'
import { Sampler } from './sampling.ts'
import type { Tally } from './tally.ts'

/**
 * One WebSocket connection of the load generator, on a bare TCP socket.
 *
 * Every socket reads into the same buffer, so reading allocates nothing; what a
 * stage of the connection keeps, it copies.
 */
export class LoadConnection {
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  #receive: (bytes: Buffer) => void = () => {}
  #isReading = true

  private constructor(options: ConnectionOptions) {
    this.#options = options
    // What is read at a time must not be more than what may be read for long.
    const buffer = typeof options.role === 'string' ? sharedBuffer : Buffer.alloc(trickleBytes)
    this.#socket = connect({
      host: '127.0.0.1',
      port: options.port,
      localAddress: options.localAddress,
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          this.#receive(buffer.subarray(0, length))
          return this.#isReading
        },
      },
    })
  }

  /** Connects, upgrades and subscribes; resolves when the server has said it is done. */
  static open(options: ConnectionOptions): Promise<LoadConnection> {
    const connection = new LoadConnection(options)
    const socket = connection.#socket
    return new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('the server ended the connection')))
      socket.once('connect', () => {
        connection.#upgrade(() => resolve(connection), reject)
      })
    })
  }

  /** Sends a request, and another one whenever it is answered. */
  requestForEver(onAnswer: () => void): void {
    const { request } = this.#options.dialect
    if (request === undefined) throw new Error('this server takes no requests')
    const frame = this.#encode(request)
    this.#receive = readWith(
      new CollectingReader((_payload, isClosing) => {
        if (isClosing) return
        onAnswer()
        this.#socket.write(frame)
      }),
    )
    this.#socket.write(frame)
  }

  #upgrade(resolve: () => void, reject: (cause: Error) => void): void {
    const { dialect, channels, offersDeflate } = this.#options
    let head = ''
    this.#receive = (bytes) => {
      head += bytes.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end === -1) return
      const refusal = refusalIn(head, this.#options)
      if (refusal !== null) return reject(new Error(refusal))
      this.#greet(dialect.greet(channels), resolve, reject)
      const rest = Buffer.from(head.slice(end + 4), 'latin1')
      if (rest.length > 0) this.#receive(rest)
    }
    this.#socket.write(upgradeRequest(dialect.path(channels), offersDeflate))
  }

  #greet(greeting: Greeting, resolve: () => void, reject: (cause: Error) => void): void {
    const isDone = (step: IteratorResult<string | null, void>) => {
      if (step.done === true) return true
      if (step.value !== null) this.#socket.write(this.#encode(step.value))
      return false
    }
    let isReady = false
    const settle = () => {
      isReady = true
      this.#beginReading()
      resolve()
    }
    this.#receive = readWith(
      new CollectingReader((payload, isClosing) => {
        if (isClosing) return reject(new Error(`closed: ${payload.toString('latin1')}`))
        // Events may follow the last answer in the same bytes: they are not counted.
        if (isReady) return
        try {
          if (isDone(greeting.next(payload.toString()))) settle()
        } catch (cause) {
          reject(cause instanceof Error ? cause : new Error(String(cause)))
        }
      }),
    )
    if (isDone(greeting.next(''))) settle()
  }

  #beginReading(): void {
    const { dialect, tally, role, channels } = this.#options
    this.#socket.removeAllListeners('error').removeAllListeners('close')
    this.#socket.on('error', () => this.#socket.destroy())
    this.#socket.once('close', () => {
      tally.closed += 1
    })
    if (typeof role === 'object') this.#trickle(role.bytesPerSecond)
    else if (role === 'sampled') {
      const sampler = new Sampler(dialect, tally, channels.length === 1)
      const reader = new CollectingReader((payload, isClosing) => {
        if (!isClosing) sampler.look(payload)
      })
      this.#receive = (bytes) => {
        tally.bytes += bytes.length
        tally.reads += 1
        reader.read(bytes)
      }
    } else this.#receive = readWith(new CountingReader(dialect, tally))
  }

  // Reads a little, and not again before the rate allows it.
  #trickle(bytesPerSecond: number): void {
    this.#receive = ({ length }) => {
      this.#isReading = false
      setTimeout(() => this.#readOn(), (length / bytesPerSecond) * 1_000)
    }
    if (bytesPerSecond > 0) return
    this.#isReading = false
    this.#socket.pause()
  }

  #readOn(): void {
    this.#isReading = true
    this.#socket.resume()
  }

  #encode(text: string): Buffer {
    return clientFrame(this.#options.dialect.isText ? opcodes.text : opcodes.binary, text)
  }
}

/** What a connection is and does. */
export interface ConnectionOptions {
  readonly port: number
  /** The loopback address it comes from: each has its own ports. */
  readonly localAddress: string
  readonly dialect: Dialect
  readonly channels: readonly string[]
  /** Offers permessage-deflate, and fails when the server does not take it. */
  readonly offersDeflate: boolean
  /**
   * `counting` counts events · `sampled` also looks at each of them · with a rate
   * it reads no more than that and counts nothing; at 0 it never reads again.
   */
  readonly role: 'counting' | 'sampled' | { readonly bytesPerSecond: number }
  readonly tally: Tally
}

const sharedBuffer = Buffer.allocUnsafeSlow(256 * 1024)
const trickleBytes = 250

function readWith(reader: { read(bytes: Buffer): void }): (bytes: Buffer) => void {
  return (bytes) => reader.read(bytes)
}

function upgradeRequest(path: string, offersDeflate: boolean): string {
  return (
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    (offersDeflate ? browserOffer : '') +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
  )
}

const browserOffer = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n'

/** Why the answer to the upgrade request will not do; null when it does. */
function refusalIn(head: string, { offersDeflate }: ConnectionOptions): string | null {
  if (!head.startsWith('HTTP/1.1 101')) return head.slice(0, 300)
  // The readers inflate every message by itself.
  const isAsAsked = !offersDeflate || /permessage-deflate;.*server_no_context_takeover/i.test(head)
  return isAsAsked ? null : 'the server does not deflate without context takeover'
}
