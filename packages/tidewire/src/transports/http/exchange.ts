import type { AcceptLink, Handshake, Link, LinkHandler } from '../../core/ports/link.ts'
import type { SharedFrame } from '../../core/ports/shared-frame.ts'
import type { WireData } from '../../protocol/codec.ts'
import type { ClientFrame, ServerFrame } from '../../protocol/frames.ts'
import { jsonCodec } from '../../protocol/json-codec.ts'
import { utf8Length } from '../../protocol/utf8.ts'
import { wireLength } from '../../protocol/wire-length.ts'

/**
 * One HTTP request as a link: it says a frame or two, hears what comes back, and
 * ends. So whatever holds for a frame over WebSocket holds for a request.
 *
 * Nothing is written here: what is heard is put together elsewhere and sent as
 * one answer.
 */
export class Exchange implements Link {
  readonly #hearer: ExchangeHearer
  #handler: LinkHandler | null = null

  constructor(hearer: ExchangeHearer) {
    this.#hearer = hearer
  }

  // What was heard and not answered with yet is what a slow reader has not read.
  get bufferedBytes(): number {
    return this.#hearer.heldBytes
  }

  // Once it has heard enough, whoever is about to send it more can stop at once.
  get isCongested(): boolean {
    return this.#handler === null || this.#hearer.heldBytes > fullBytes
  }

  /** Becomes a connection; what is said before it is lost. */
  start(accept: AcceptLink, handshake: Omit<Handshake, 'codec'>): void {
    this.#handler = noHandler
    const handler = accept(this, { ...handshake, codec: jsonCodec })
    // A connection there is no room for ends before it has begun.
    if (this.#handler === noHandler) this.#handler = handler
    else handler.onClose(goneCode)
  }

  /** Says a frame, as if it had come over a WebSocket. */
  say(frame: ClientFrame): void {
    this.sayText(JSON.stringify(frame))
  }

  /** Says a message, whatever is in it. */
  sayText(text: string): void {
    this.#handler?.onData(text, utf8Length(text))
  }

  /** Nothing is heard any more. */
  end(): void {
    this.#release(endCode)
  }

  send(data: WireData): number {
    if (this.#handler === null) return 0
    // The other side is this package's own engine, with the codec from above.
    this.#hearer.onFrame(JSON.parse(String(data)) as ServerFrame)
    return wireLength(data)
  }

  sendShared(frame: SharedFrame): boolean {
    if (this.#handler === null) return false
    this.#hearer.onEvents(frame)
    return true
  }

  cork(): void {
    // Nothing is written.
  }

  uncork(): void {
    // Nothing is written.
  }

  close(code: number, reason: string): void {
    if (this.#handler === null) return
    this.#release(code)
    this.#hearer.onClose(code, reason)
  }

  terminate(): void {
    this.close(goneCode, 'the link was cut')
  }

  pause(): void {
    // Nothing is read from a network.
  }

  resume(): void {
    // Nothing is read from a network.
  }

  // Not inside of the call that brought it about.
  #release(code: number): void {
    const handler = this.#handler
    this.#handler = null
    if (handler !== null) queueMicrotask(() => handler.onClose(code))
  }
}

/** What becomes of what an exchange hears. */
export interface ExchangeHearer {
  /** What it keeps of what it has heard; beyond `fullBytes` events wait in the log. */
  readonly heldBytes: number
  onFrame(frame: ServerFrame): void
  onEvents(frame: SharedFrame): void
  /** The engine has ended the connection; nothing follows. Not called after `end`. */
  onClose(code: number, reason: string): void
}

/** Enough for one answer: there is a next time. */
export const fullBytes: number = 128 * 1024

const endCode = 1000
const goneCode = 1006

const noHandler: LinkHandler = {
  onData: nothing,
  onControl: () => false,
  onDrain: nothing,
  onViolation: nothing,
  onClose: nothing,
}

function nothing(): void {
  // There is no connection yet.
}
