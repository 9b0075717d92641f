import type { Clock } from '../core/ports/clock.ts'
import type { AcceptLink, Handshake } from '../core/ports/link.ts'
import { OpenLinks } from './open-links.ts'
import { FrameLink, type OpenFrameLink } from './sse/frame-link.ts'
import { type OpenStream, SseLink } from './sse/link.ts'

/**
 * Server-sent events: turns a response into a link, of events (P-070) or of
 * frames (P-074).
 *
 * All streams beat on one timer, twice a heartbeat: proxies cut what is silent
 * for a minute, and a stream cannot be asked whether it lives.
 */
export class SseTransport {
  readonly #options: SseTransportOptions
  readonly #links: OpenLinks<SseLink | FrameLink>

  constructor(options: SseTransportOptions) {
    this.#options = options
    this.#links = new OpenLinks(options.clock, options.heartbeatMs / 2)
  }

  /** Begins a stream; `stream.onRefused` is called when there is none to begin. */
  open(stream: OpenStream, caller: Omit<Handshake, 'codec' | 'transport'>): void {
    const { accept, wheel } = this.#options
    const link = new SseLink(stream, { wheel, onEnd: (ended) => this.#links.remove(ended) })
    this.#links.add(link)
    link.start(accept(link, { ...caller, codec: link.codec, transport: 'sse' }))
  }

  /** Begins a stream of frames. */
  openFrames(request: OpenFrameLink, caller: Omit<Handshake, 'codec' | 'transport'>): void {
    const { accept, wheel } = this.#options
    const link = new FrameLink(request, { wheel, onEnd: (ended) => this.#links.remove(ended) })
    this.#links.add(link)
    link.start(accept(link, { ...caller, codec: link.codec, transport: 'sse' }))
  }

  /** Resolves when the open streams have ended; cuts those left after `graceMs`. May be called again, with less patience. */
  close(graceMs: number): Promise<void> {
    return this.#links.ended(graceMs)
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
