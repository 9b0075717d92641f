import type { Codec, WireData } from '../../protocol/codec.ts'
import type { Accepted, Grant } from './auth.ts'
import type { SharedFrame } from './shared-frame.ts'

/**
 * One live transport link, as a connection sees it: bytes out, and whether it
 * can take more. A transport implements it; WebSocket, SSE and long-poll look
 * alike from here.
 *
 * Contract:
 * - `send` and `sendShared` keep the order of their calls and never throw. On a
 *   link that is not open they do nothing, and answer 0 and false.
 * - `isCongested` and `bufferedBytes` are looked at before every write, so they
 *   must cost nothing.
 * - A link that was congested calls `LinkHandler.onDrain` as soon as it is not.
 *   It takes what is sent all the same; who sends on is the one who buffers.
 * - Data may be shared with other links: never changed.
 * - `close` sends the code after what was sent before. Whatever the other side
 *   does, `LinkHandler.onClose` follows within seconds, once.
 * - After `pause`, data that was read already may still come; nothing more is
 *   read from the network until `resume`.
 */
export interface Link {
  /** What was given to `send` and has not left the process. */
  readonly bufferedBytes: number
  /** Whether as much waits as the link can usefully hold. */
  readonly isCongested: boolean
  /** Sends a frame of this link alone; answers how many bytes it has, which the link has just counted. */
  send(data: WireData): number
  /** Sends a frame that other links send, too. */
  sendShared(frame: SharedFrame): boolean
  /** Holds back what is sent until `uncork`, so that it leaves in one system call. */
  cork(): void
  uncork(): void
  close(code: number, reason: string): void
  /** Cuts the link at once, without a goodbye. */
  terminate(): void
  pause(): void
  resume(): void
}

/** What a link tells its connection. A transport never calls it after `onClose`. */
export interface LinkHandler {
  /** One wire message, whole, and how many bytes it has: the transport has just counted them. */
  onData(data: WireData, bytes: number): void
  /**
   * The peer wants a sign of life, or gives one that it was not asked for: a ping
   * or pong of WebSocket. Answers whether the peer may be answered: no flood is.
   */
  onControl(): boolean
  /** The link was congested and can take more. */
  onDrain(): void
  /** The peer broke the rules of the transport, which ends the link by itself; `onClose` follows. */
  onViolation(as: LinkViolation): void
  /** The link is gone; nothing follows. */
  onClose(code: number): void
}

/** What a transport closes for, by the name of the close code; who shows no life is cut without one. */
export type LinkViolation = 'badFraming' | 'badUtf8' | 'tooLarge' | 'heartbeatTimeout'

/** What is known of a link when it opens. */
export interface Handshake {
  readonly transport: TransportName
  /** The codec that was negotiated. */
  readonly codec: Codec
  /** The other end's address; `unknown` when the transport has none. */
  readonly remoteAddress: string
  /** Who it is, when the handshake said so already. */
  readonly accepted?: Accepted | undefined
  /** What it may do, when it is a backend's; else the channels say. */
  readonly grant?: Grant | undefined
  /**
   * What all requests of one client's link have in common, when a link is more
   * than one request; a secret of that client. Default: the connection's id.
   */
  readonly linkId?: string | undefined
}

/** The ways in: `http` is one request with one answer. */
export type TransportName = 'websocket' | 'sse' | 'long-poll' | 'http'

/** How a transport hands a new link to the engine. */
export type AcceptLink = (link: Link, handshake: Handshake) => LinkHandler
