import type { CloseCodeName } from './close-codes.ts'
import type { ServerFrame } from './frames.ts'
import type { ParsedFrame } from './parse-client-frame.ts'

/**
 * How frames become wire data and back; one per subprotocol.
 *
 * Events are encoded in two steps so that the work is shared: `encodeEvent`
 * once per event, `joinEvents` once per flush. The same result then goes to
 * every subscriber on that codec (P-035).
 */
export interface Codec {
  /** The WebSocket subprotocol it is negotiated by. */
  readonly subprotocol: string

  /** Reads what a client sent. Untrusted input: never throws, whatever it holds. */
  decode(data: string | Uint8Array): Decoded

  /** One control frame, for one connection. */
  encode(frame: ServerFrame): WireData

  /** One event, to be joined later. Valid for as long as the event is. */
  encodeEvent(event: EncodableEvent): WireData

  /** The same encoded event, told to follow another one than `offset - 1` (P-031). */
  withPredecessor(event: WireData, prev: number): WireData

  /**
   * One `message` or `batch` frame of events that this codec encoded, oldest
   * first and at least one. Bytes, so that no transport encodes it again per
   * connection.
   */
  joinEvents(channel: string, events: readonly WireData[]): Uint8Array
}

/** What goes over the wire: text or bytes. */
export type WireData = string | Uint8Array

/** An event whose payload is JSON text already: validated once, never parsed again. */
export interface EncodableEvent {
  readonly offset?: number | undefined
  readonly payloadJson: string
  readonly from?: string | undefined
  readonly time?: number
}

/** What one wire message holds: frames, each right or wrong by itself, or a violation that ends the connection. */
export type Decoded =
  | { readonly kind: 'frames'; readonly frames: readonly ParsedFrame[] }
  | { readonly kind: 'violation'; readonly close: CloseCodeName }
