import type { Codec, WireData } from '../../protocol/codec.ts'
import type { Accepted } from './auth.ts'
import type { SharedFrame } from './shared-frame.ts'

/**
 * One live transport link, as a connection sees it: bytes out, and whether it
 * can take more. A transport implements it; WebSocket, SSE and long-poll look
 * alike from here.
 *
 * Contract:
 * - `send` and `sendShared` keep the order of their calls and never throw. On a
 *   link that is not open they do nothing and answer false.
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
  /** Sends a frame of this link alone. */
  send(data: WireData): boolean
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
  /** One wire message, whole. */
  onData(data: WireData): void
  /** The link was congested and can take more. */
  onDrain(): void
  /** The link is gone; nothing follows. */
  onClose(code: number): void
}

/** What is known of a link when it opens. */
export interface Handshake {
  /** The codec that was negotiated. */
  readonly codec: Codec
  /** The other end's address; `unknown` when the transport has none. */
  readonly remoteAddress: string
  /** Who it is, when the handshake said so already. */
  readonly accepted?: Accepted | undefined
}

/** How a transport hands a new link to the engine. */
export type AcceptLink = (link: Link, handshake: Handshake) => LinkHandler
