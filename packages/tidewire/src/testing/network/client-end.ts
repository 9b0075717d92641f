import type { Link, LinkHandlers } from '../../client/dial.ts'
import type { Clock } from '../../core/ports/clock.ts'
import { utf8Length } from '../../protocol/utf8.ts'
import { LinkEnd } from './link-end.ts'
import { closeFrameBytes } from './server-end.ts'
import type { Wire } from './wire.ts'

/**
 * A link as the SDK holds it.
 */
export class ClientEnd implements Link {
  readonly #clock: Clock
  readonly #out: Wire
  readonly #handlers: LinkHandlers
  readonly #options: ClientEndOptions
  readonly #end: LinkEnd
  #cancelGoodbye: () => void = () => undefined

  constructor(out: Wire, handlers: LinkHandlers, options: ClientEndOptions) {
    this.#clock = options.clock
    this.#out = out
    this.#handlers = handlers
    this.#options = options
    this.#end = new LinkEnd(options.clock, (code, reason) => handlers.onClose(code, reason))
  }

  get bufferedAmount(): number {
    return this.#out.bufferedBytes
  }

  send(text: string): void {
    if (!this.#end.isOpen) return
    this.#out.put({ bytes: utf8Length(text), arrive: () => this.#options.deliver(text) })
  }

  close(code: number, reason: string): void {
    if (!this.#end.beginClosing()) return
    const arrive = () => this.#options.sayGoodbye(code, reason)
    this.#out.put({ bytes: closeFrameBytes, arrive })
    this.#cancelGoodbye = this.#clock.after(this.#options.goodbyeMs, () => this.finish(1006, ''))
  }

  /** A message of the server has arrived. */
  receive(text: string): void {
    if (!this.#end.isOver) this.#handlers.onMessage(text)
  }

  /** The link is gone. */
  finish(code: number, reason: string): void {
    this.#cancelGoodbye()
    this.#out.end()
    this.#end.finish(code, reason)
  }
}

/** What the client's end needs of its link. */
export interface ClientEndOptions {
  readonly clock: Clock
  readonly goodbyeMs: number
  /** A message has reached the server. */
  deliver(text: string): void
  /** The close has reached the server. */
  sayGoodbye(code: number, reason: string): void
}
