import type { Duplex } from 'node:stream'
import { type RawData, WebSocket } from 'ws'
import type { CancelTimer, Clock } from '../../core/ports/clock.ts'
import type { Link, LinkHandler, LinkViolation } from '../../core/ports/link.ts'
import type { Logger } from '../../core/ports/logger.ts'
import type { FrameForm, SharedFrame } from '../../core/ports/shared-frame.ts'
import type { WireData } from '../../protocol/codec.ts'
import { protocolLimits } from '../../protocol/limits.ts'
import { truncateUtf8 } from '../../protocol/utf8.ts'
import type { Beating } from '../heartbeats.ts'
import { Backlog } from './backlog.ts'
import { encodeBytes, encodeText } from './server-frame.ts'

/**
 * One WebSocket as a link: `ws` reads it, and writes what belongs to the
 * protocol itself (close, ping, pong); data goes to the socket in whole frames,
 * so that both can share it.
 *
 * Pings once a heartbeat and cuts a link from which nothing at all has arrived
 * since the last one. A reader that is slow answers late, because it has yet to
 * read the ping: it gets more time. After a failure it says goodbye only for as long as a
 * peer that is still there needs.
 */
export class WebSocketLink implements Link, Beating {
  readonly #webSocket: LinkedWebSocket
  readonly #socket: Duplex
  readonly #context: WebSocketLinkContext
  readonly #form: FrameForm
  #handler: LinkHandler | null = null
  #hasShownLife = true
  #silentBeats = 0
  #awaitsPong = false
  #isPaused = false
  // Made when a link is paused, which few ever are.
  #backlog: Backlog | null = null
  #awaitsDrain = false
  #cancelGoodbye: CancelTimer | null = null

  constructor({ webSocket, socket, form }: OpenWebSocket, context: WebSocketLinkContext) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#form = form
    this.#context = context
    webSocket.link = this
    // A WebSocket without an error handler would take the process with it.
    webSocket.on('error', onError)
    webSocket.on('close', onClose)
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  get isCongested(): boolean {
    const { writableLength, writableHighWaterMark } = this.#socket
    return writableLength >= Math.max(congestedBytes, writableHighWaterMark)
  }

  get #isOpen(): boolean {
    return this.#webSocket.readyState === WebSocket.OPEN
  }

  /** Begins to pass on what arrives. */
  start(handler: LinkHandler): void {
    this.#handler = handler
    this.#webSocket.on('message', onMessage)
    this.#webSocket.on('pong', onPong)
    this.#webSocket.on('ping', onPing)
  }

  send(data: WireData): number {
    if (!this.#isOpen) return 0
    const bytes = Buffer.byteLength(data)
    this.#write(typeof data === 'string' ? encodeText(data, bytes) : encodeBytes(data))
    return bytes
  }

  sendShared(frame: SharedFrame): boolean {
    if (!this.#isOpen) return false
    this.#write(frame.in(this.#form))
    return true
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
    this.#isPaused = true
    this.#backlog ??= new Backlog(this.#context.wheel, {
      onMessage: (bytes, isBinary) => this.#pass(bytes, isBinary),
      onEmpty: () => this.#readOn(),
    })
    this.#webSocket.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#readOn()
  }

  beat(): void {
    this.#silentBeats = this.#hasShownLife ? 0 : this.#silentBeats + 1
    if (this.#silentBeats >= (this.isCongested ? congestedBeats : 1)) return this.#giveUp()
    this.#hasShownLife = false
    this.#awaitsPong = true
    if (this.#isOpen) this.#webSocket.ping(ignoreResult)
  }

  /** A message has arrived. */
  receive(data: RawData, isBinary: boolean): void {
    this.#hasShownLife = true
    const bytes = bytesOf(data)
    if (this.#isPaused || this.#backlog?.isEmpty === false) this.#backlog?.add(bytes, isBinary)
    else this.#pass(bytes, isBinary)
  }

  /** A pong has arrived; one for each ping is what was asked for, and free. */
  receivePong(): void {
    this.#hasShownLife = true
    if (!this.#awaitsPong) this.#handler?.onControl()
    this.#awaitsPong = false
  }

  /** A ping has arrived. A peer that reads none of its pongs gets no more of them. */
  receivePing(data: Buffer): void {
    this.#hasShownLife = true
    const isAnswered = this.#handler?.onControl() ?? false
    if (isAnswered && !this.isCongested) this.#webSocket.pong(data, false, ignoreResult)
  }

  fail(cause: Error): void {
    this.#context.logger.debug('a WebSocket failed', { cause })
    const violation = violationOf(cause)
    if (violation !== null) this.#handler?.onViolation(violation)
    this.#sayGoodbye()
  }

  end(code: number): void {
    this.#cancelGoodbye?.()
    this.#backlog?.flush()
    this.#handler?.onClose(code)
    this.#handler = null
    this.#context.onEnd(this)
  }

  #pass(bytes: Buffer, isBinary: boolean): void {
    this.#handler?.onData(isBinary ? bytes : bytes.toString(), bytes.length)
  }

  #giveUp(): void {
    this.#handler?.onViolation('heartbeatTimeout')
    this.terminate()
  }

  // What was read already comes first.
  #readOn(): void {
    if (!this.#isPaused && this.#backlog?.isEmpty !== false) this.#webSocket.resume()
  }

  #write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
    if (this.isCongested && !this.#awaitsDrain) this.#awaitDrain()
  }

  #awaitDrain(): void {
    this.#awaitsDrain = true
    this.#socket.once('drain', () => {
      this.#awaitsDrain = false
      // Whoever reads is alive.
      this.#hasShownLife = true
      this.#handler?.onDrain()
    })
  }

  // `ws` waits 30 s for the other side's close frame; a peer that does not
  // answer, or does not read, must not hold a connection for so long.
  #sayGoodbye(): void {
    this.#cancelGoodbye ??= this.#context.wheel.after(goodbyeMs, () => this.terminate())
  }
}

/**
 * A WebSocket that knows its link: so its listeners are functions that all
 * WebSockets share, not closures of each.
 */
export class LinkedWebSocket extends WebSocket {
  link: WebSocketLink | null = null
}

/** What a link is made of. */
export interface OpenWebSocket {
  readonly webSocket: LinkedWebSocket
  /** The one `webSocket` was made of. */
  readonly socket: Duplex
  /** How frames that many links send are put on this one. */
  readonly form: FrameForm
}

/** What the links of a transport have in common. */
export interface WebSocketLinkContext {
  /** Coarse timers. */
  readonly wheel: Clock
  readonly logger: Logger
  readonly onEnd: (link: WebSocketLink) => void
}

const goodbyeMs = 3_000

/** Heartbeats without a sign from a reader that has much to read before it can give one. */
const congestedBeats = 8

/**
 * A link with this much unsent is not worth filling: its reader takes it later
 * from the log, which costs nothing, and not from a buffer of its own. Never
 * below the socket's own mark (16 KiB, or 64 KiB from Node 22 on): only above it
 * does `drain` follow.
 */
const congestedBytes = 32 * 1024

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  linkOf(this)?.receive(data, isBinary)
}

function onPong(this: WebSocket): void {
  linkOf(this)?.receivePong()
}

function onPing(this: WebSocket, data: Buffer): void {
  linkOf(this)?.receivePing(data)
}

function onError(this: WebSocket, cause: Error): void {
  linkOf(this)?.fail(cause)
}

function onClose(this: WebSocket, code: number): void {
  linkOf(this)?.end(code)
}

// `ws` names what it does not take; anything else is a failure of the network.
function violationOf(cause: Error): LinkViolation | null {
  const code = 'code' in cause ? String(cause.code) : ''
  if (!code.startsWith('WS_ERR_')) return null
  if (code === 'WS_ERR_INVALID_UTF8') return 'badUtf8'
  const isTooLarge = code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' || code.includes('TOO_MANY')
  return isTooLarge ? 'tooLarge' : 'badFraming'
}

function linkOf(webSocket: WebSocket): WebSocketLink | null {
  return webSocket instanceof LinkedWebSocket ? webSocket.link : null
}

// With a callback `ws` reports a failed write here and not as a throw; the
// link's `close` event follows and is what counts.
function ignoreResult(): void {
  // Nothing to do.
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
