import type { Clock } from '../core/ports/clock.ts'
import type { AcceptLink, Handshake } from '../core/ports/link.ts'
import { type OpenStream, SseLink } from './sse/link.ts'
import { Heartbeats } from './websocket/heartbeats.ts'

/**
 * Server-sent events: turns a response into a link (P-070).
 *
 * All streams beat on one timer, twice a heartbeat: proxies cut what is silent
 * for a minute, and a stream cannot be asked whether it lives.
 */
export class SseTransport {
  readonly #options: SseTransportOptions
  readonly #links: Heartbeats<SseLink>
  readonly #onLastEnd: (() => void)[] = []

  constructor(options: SseTransportOptions) {
    this.#options = options
    this.#links = new Heartbeats(options.clock, options.heartbeatMs / 2)
  }

  /** Begins a stream; `stream.onRefused` is called when there is none to begin. */
  open(stream: OpenStream, caller: Omit<Handshake, 'codec' | 'transport'>): void {
    const { accept, wheel } = this.#options
    const link = new SseLink(stream, { wheel, onEnd: (ended) => this.#forget(ended) })
    this.#links.add(link)
    link.start(accept(link, { ...caller, codec: link.codec, transport: 'sse' }))
  }

  /** Resolves when the open streams have ended; cuts those left after `graceMs`. May be called again, with less patience. */
  async close(graceMs: number): Promise<void> {
    if (this.#links.size === 0) return
    const cancel = this.#options.clock.after(graceMs, () => {
      for (const link of this.#links) link.terminate()
    })
    await new Promise<void>((resolve) => this.#onLastEnd.push(resolve))
    cancel()
  }

  #forget(link: SseLink): void {
    this.#links.remove(link)
    if (this.#links.size > 0) return
    for (const tell of this.#onLastEnd.splice(0)) tell()
  }
}

/** What the transport is made of. */
export interface SseTransportOptions {
  /** Where links go. */
  readonly accept: AcceptLink
  readonly clock: Clock
  /** Coarse timers. */
  readonly wheel: Clock
  /** Streams are written to twice as often. */
  readonly heartbeatMs: number
}
