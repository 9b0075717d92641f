import type { Duplex } from 'node:stream'
import { type RawData, WebSocket } from 'ws'
import type { CancelTimer, Clock } from '../../core/ports/clock.ts'
import type { Link, LinkHandler } from '../../core/ports/link.ts'
import type { Logger } from '../../core/ports/logger.ts'
import type { FrameForm, SharedFrame } from '../../core/ports/shared-frame.ts'
import type { WireData } from '../../protocol/codec.ts'
import { protocolLimits } from '../../protocol/limits.ts'
import { truncateUtf8 } from '../../protocol/utf8.ts'
import { encodeText, textFrame } from './server-frame.ts'

/**
 * One WebSocket as a link: `ws` reads it, and writes what belongs to the
 * protocol itself (close, ping, pong); data goes to the socket in whole frames,
 * so that both can share it.
 *
 * Pings once a heartbeat and cuts a link from which nothing at all has arrived
 * since the last one. After a failure it says goodbye only for as long as a
 * peer that is still there needs.
 */
export class WebSocketLink implements Link {
  readonly ended: Promise<void>
  readonly #webSocket: WebSocket
  readonly #socket: Duplex
  readonly #options: WebSocketLinkOptions
  #handler: LinkHandler | null = null
  #hasShownLife = true
  #cancelBeat: CancelTimer
  #cancelGoodbye: CancelTimer | null = null

  /** @param socket the one `webSocket` was made of. */
  constructor(webSocket: WebSocket, socket: Duplex, options: WebSocketLinkOptions) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#options = options
    this.#cancelBeat = this.#beatLater()
    this.ended = new Promise((resolve) => {
      webSocket.once('close', () => resolve())
    })
    // A WebSocket without an error handler would take the process with it.
    webSocket.on('error', (cause) => {
      options.logger.debug('a WebSocket failed', { cause })
      this.#sayGoodbye()
    })
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  get isCongested(): boolean {
    return this.#socket.writableLength >= congestedBytes
  }

  /** Begins to pass on what arrives. */
  start(handler: LinkHandler): void {
    this.#handler = handler
    this.#webSocket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    this.#webSocket.on('pong', () => this.#showLife())
    this.#webSocket.on('ping', () => this.#showLife())
    this.#webSocket.on('close', (code) => this.#end(code))
    this.#socket.on('drain', () => handler.onDrain())
  }

  /** Calls back when the link is gone. */
  onEnd(callback: () => void): void {
    this.#webSocket.once('close', callback)
  }

  send(data: WireData): boolean {
    return this.#write(typeof data === 'string' ? encodeText(data) : textFrame.wrap(data))
  }

  sendShared(frame: SharedFrame): boolean {
    return this.#write(frame.in(this.#options.form))
  }

  cork(): void {
    this.#socket.cork()
  }

  uncork(): void {
    this.#socket.uncork()
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, truncateUtf8(reason, protocolLimits.maxReasonBytes))
    this.#sayGoodbye()
  }

  terminate(): void {
    this.#webSocket.terminate()
  }

  pause(): void {
    this.#webSocket.pause()
  }

  resume(): void {
    this.#webSocket.resume()
  }

  #write(bytes: Uint8Array): boolean {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return false
    this.#socket.write(bytes)
    return true
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#showLife()
    this.#handler?.onData(isBinary ? bytesOf(data) : bytesOf(data).toString())
  }

  #showLife(): void {
    this.#hasShownLife = true
  }

  #beatLater(): CancelTimer {
    return this.#options.clock.after(this.#options.heartbeatMs, () => this.#beat())
  }

  #beat(): void {
    if (!this.#hasShownLife) return this.terminate()
    this.#hasShownLife = false
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.ping(ignoreResult)
    this.#cancelBeat = this.#beatLater()
  }

  // `ws` waits 30 s for the other side's close frame; a peer that does not
  // answer, or does not read, must not hold a connection for so long.
  #sayGoodbye(): void {
    this.#cancelGoodbye ??= this.#options.clock.after(goodbyeMs, () => this.terminate())
  }

  #end(code: number): void {
    this.#cancelBeat()
    this.#cancelGoodbye?.()
    this.#handler?.onClose(code)
    this.#handler = null
  }
}

export interface WebSocketLinkOptions {
  /** Coarse timers. */
  readonly clock: Clock
  readonly heartbeatMs: number
  /** How frames that many links send are put on this one. */
  readonly form: FrameForm
  readonly logger: Logger
}

const goodbyeMs = 3_000

/**
 * A link with this much unsent is not worth filling: its reader takes it later
 * from the log, which costs nothing, and not from a buffer of its own. Above
 * the high water mark of a socket (16 KiB), so that `drain` always follows.
 */
const congestedBytes = 32 * 1024

// With a callback `ws` reports a failed write here and not as a throw; the
// link's `close` event follows and is what counts.
function ignoreResult(): void {
  // Nothing to do.
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
