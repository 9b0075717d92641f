import type { Codec, WireData } from '../../protocol/codec.ts'

/**
 * One live transport link, as a connection sees it: bytes out, and how many of
 * them wait. A transport implements it; WebSocket, SSE and long-poll look alike
 * from here.
 *
 * Contract:
 * - `send` keeps the order of its calls and never throws. On a link that is not
 *   open it does nothing and answers false.
 * - `bufferedBytes` counts what was given to `send` and has not left the
 *   process. It is looked at before every write, so it must cost nothing.
 * - Data handed to `send` may be shared with other links: never changed.
 * - `close` sends the code after what was sent before. Whatever the other side
 *   does, `LinkHandler.onClose` follows within seconds, once.
 * - After `pause`, data that was read already may still come; nothing more is
 *   read from the network until `resume`.
 */
export interface Link {
  readonly bufferedBytes: number
  send(data: WireData): boolean
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
  /** The link is gone; nothing follows. */
  onClose(code: number): void
}

/** What is known of a link when it opens. */
export interface Handshake {
  /** The codec that was negotiated. */
  readonly codec: Codec
  /** The other end's address; `unknown` when the transport has none. */
  readonly remoteAddress: string
}

/** How a transport hands a new link to the engine. */
export type AcceptLink = (link: Link, handshake: Handshake) => LinkHandler
