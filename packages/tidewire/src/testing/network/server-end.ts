import type { Clock } from '../../core/ports/clock.ts'
import type { Link, LinkHandler } from '../../core/ports/link.ts'
import type { SharedFrame } from '../../core/ports/shared-frame.ts'
import type { WireData } from '../../protocol/codec.ts'
import { utf8Length } from '../../protocol/utf8.ts'
import { wireLength } from '../../protocol/wire-length.ts'
import { LinkEnd } from './link-end.ts'
import type { Wire } from './wire.ts'

/**
 * A link as the engine holds it.
 */
export class ServerEnd implements Link {
  readonly #clock: Clock
  readonly #out: Wire
  readonly #options: ServerEndOptions
  readonly #end: LinkEnd
  readonly #held: string[] = []
  #handler: LinkHandler | null = null
  #isPaused = false
  #cancelGoodbye: () => void = () => undefined

  constructor(clock: Clock, out: Wire, options: ServerEndOptions) {
    this.#clock = clock
    this.#out = out
    this.#options = options
    this.#end = new LinkEnd(clock, (code) => this.#handler?.onClose(code))
  }

  get bufferedBytes(): number {
    return this.#out.bufferedBytes
  }

  get isCongested(): boolean {
    return this.#out.isCongested
  }

  /** Begins to pass on what arrives. */
  start(handler: LinkHandler): void {
    this.#handler = handler
  }

  send(data: WireData): number {
    if (!this.#end.isOpen) return 0
    const text = typeof data === 'string' ? data : new TextDecoder().decode(data)
    const bytes = wireLength(data)
    this.#out.put({ bytes, arrive: () => this.#options.deliver(text) })
    return bytes
  }

  sendShared(frame: SharedFrame): boolean {
    return this.send(frame.data) > 0
  }

  cork(): void {
    this.#out.cork()
  }

  uncork(): void {
    this.#out.uncork()
  }

  close(code: number, reason: string): void {
    if (!this.#end.beginClosing()) return
    const arrive = () => this.#options.sayGoodbye(code, reason)
    this.#out.put({ bytes: closeFrameBytes, arrive })
    this.#cancelGoodbye = this.#clock.after(this.#options.goodbyeMs, () => this.terminate())
  }

  terminate(): void {
    this.finish(1006)
    this.#options.onTerminate()
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    while (!this.#isPaused && this.#held.length > 0) this.#pass(this.#held.shift() ?? '')
  }

  /** A message of the client has arrived. */
  receive(text: string): void {
    if (this.#isPaused) this.#held.push(text)
    else this.#pass(text)
  }

  /** The link is gone; what was not read is lost. */
  finish(code: number): void {
    this.#cancelGoodbye()
    this.#out.end()
    this.#end.finish(code, '')
  }

  /** Tells the engine that there is room again. */
  drain(): void {
    if (!this.#end.isOver) this.#handler?.onDrain()
  }

  #pass(text: string): void {
    if (!this.#end.isOver) this.#handler?.onData(text, utf8Length(text))
  }
}

/** What the server's end needs of its link. */
export interface ServerEndOptions {
  readonly goodbyeMs: number
  /** A message has reached the client. */
  deliver(text: string): void
  /** The close has reached the client. */
  sayGoodbye(code: number, reason: string): void
  /** The server has cut the link. */
  onTerminate(): void
}

/** A close frame without its reason, on the wire. */
export const closeFrameBytes = 4
