import { connect, type Socket } from 'node:net'
import { CollectingReader } from '../load/collecting-reader.ts'
import { clientFrame, opcodes } from '../load/frame-bytes.ts'

/**
 * A WebSocket that costs a load generator next to nothing: a bare TCP socket
 * that reads into one buffer with all others. What it hands on is lent for the
 * call.
 */
export class LeanSocket {
  readonly #socket: Socket
  readonly #handlers: LeanHandlers
  #end: LeanEnd = { code: 1006 }
  #receive: (bytes: Buffer) => void

  constructor({ port, localAddress, path, protocol }: LeanAddress, handlers: LeanHandlers) {
    this.#handlers = handlers
    this.#receive = this.#upgrading()
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      localAddress,
      noDelay: true,
      onread: {
        buffer: sharedBuffer,
        callback: (length) => {
          this.#receive(sharedBuffer.subarray(0, length))
          return true
        },
      },
    })
    const offer = protocol === undefined ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`
    this.#socket.write(`GET ${path} HTTP/1.1\r\n${offer}${requestHead}`)
    this.#socket.on('error', () => this.#socket.destroy())
    this.#socket.once('close', () => this.#handlers.onClose(this.#end))
  }

  send(text: string): void {
    this.#socket.write(clientFrame(opcodes.text, text))
  }

  /** Gives the connection up; `onClose` follows. */
  cut(): void {
    this.#socket.destroy()
  }

  #upgrading(): (bytes: Buffer) => void {
    let head = ''
    return (bytes) => {
      head += bytes.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end === -1) return
      if (!head.startsWith('HTTP/1.1 101')) {
        this.#end = refusalIn(head)
        return this.cut()
      }
      const reader = new CollectingReader(
        (payload, isClosing) => this.#hand(payload, isClosing),
        () => this.#socket.write(pong),
      )
      this.#receive = (more) => reader.read(more)
      const rest = Buffer.from(head.slice(end + 4), 'latin1')
      if (rest.length > 0) reader.read(rest)
    }
  }

  #hand(payload: Buffer, isClosing: boolean): void {
    if (!isClosing) return this.#handlers.onFrame(payload)
    this.#end = { code: payload.length < 2 ? 1005 : payload.readUInt16BE(0) }
    this.#socket.end()
  }
}

/** Where to, and from where. */
export interface LeanAddress {
  readonly port: number
  readonly localAddress: string
  readonly path: string
  /** The subprotocol to offer. Default none. */
  readonly protocol?: string
}

/** Who hears of what happens. */
export interface LeanHandlers {
  /** A message; the bytes are lent for the call. */
  readonly onFrame: (payload: Buffer) => void
  /** Told once, at the end, also of a connection that never was. */
  readonly onClose: (end: LeanEnd) => void
}

/** How a connection ended. */
export interface LeanEnd {
  /** The close code, or the one that says the same as a refused handshake. */
  readonly code: number
  readonly retryAfterMs?: number
}

const sharedBuffer = Buffer.allocUnsafeSlow(256 * 1_024)
const pong = clientFrame(opcodes.pong, '')
const requestHead =
  'Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'

function refusalIn(head: string): LeanEnd {
  const status = head.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3)
  const codes: Readonly<Record<string, number>> = { 429: 4012, 503: 1013 }
  const seconds = /^retry-after: *(\d+)/im.exec(head)?.[1] ?? '0'
  return { code: codes[status] ?? 1006, retryAfterMs: Number(seconds) * 1_000 }
}
