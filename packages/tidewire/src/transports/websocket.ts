import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Server, WebSocketServer } from 'ws'
import type { Clock } from '../core/ports/clock.ts'
import type { AcceptLink, Handshake } from '../core/ports/link.ts'
import type { Logger } from '../core/ports/logger.ts'
import type { FrameForm } from '../core/ports/shared-frame.ts'
import type { Codec } from '../protocol/codec.ts'
import type { Admission, AdmitRequest } from './admission.ts'
import { OpenLinks } from './open-links.ts'
import { refuseUpgrade, type UpgradeRefusal } from './refuse-upgrade.ts'
import { checkHandshake } from './websocket/handshake.ts'
import { LinkedWebSocket, WebSocketLink, type WebSocketLinkContext } from './websocket/link.ts'
import { deflatedTextFrame, textFrame } from './websocket/server-frame.ts'

/**
 * WebSocket, on `ws`: turns an HTTP upgrade into a link.
 *
 * Knows handshakes, heartbeats and back-pressure; nothing of channels. Every
 * link is watched for life, all of them on one timer.
 */
export class WebSocketTransport {
  readonly #options: WebSocketTransportOptions
  readonly #server: Server<typeof LinkedWebSocket>
  readonly #deflatedForm: FrameForm
  readonly #links: OpenLinks<WebSocketLink>
  readonly #linkContext: WebSocketLinkContext
  // Sockets whose requests are still looked at.
  readonly #undecided = new Set<Duplex>()
  #isClosing = false

  constructor(options: WebSocketTransportOptions) {
    this.#options = options
    this.#deflatedForm = deflatedTextFrame(options.compressAboveBytes ?? 0)
    this.#links = new OpenLinks(options.clock, options.heartbeatMs)
    this.#linkContext = {
      wheel: options.wheel,
      logger: options.logger,
      onEnd: (link) => this.#links.remove(link),
    }
    this.#server = new WebSocketServer({
      noServer: true,
      WebSocket: LinkedWebSocket,
      clientTracking: false,
      // A link answers its pings, as far as its rate goes.
      autoPong: false,
      maxPayload: options.maxPayloadBytes,
      perMessageDeflate: options.compressAboveBytes === null ? false : negotiation,
      // What was chosen is written by handleProtocols; ws would take the first offered.
      handleProtocols: (offered) => echoed(chooseCodec(options.codecs, offered), offered),
    })
  }

  /** Takes over an upgrade request for this transport's path. Never throws; a bad one is answered here. */
  upgrade(offer: UpgradeOffer, admit: AdmitRequest): void {
    if (this.#isClosing) return refuseUpgrade(offer.socket, draining)
    const { codecs } = this.#options
    const verdict = checkHandshake(offer.request, (offered) => chooseCodec(codecs, offered))
    if (verdict.kind === 'refused') return refuseUpgrade(offer.socket, verdict.refusal)
    const admission = admit(offer.request)
    if (admission instanceof Promise) {
      this.#undecided.add(offer.socket)
      void admission.then((later) => {
        if (this.#undecided.delete(offer.socket)) this.#answer(offer, verdict.codec, later)
      })
    } else {
      this.#answer(offer, verdict.codec, admission)
    }
  }

  // The peer may have left while it was looked at.
  #answer({ request, socket, head }: UpgradeOffer, codec: Codec, admission: Admission): void {
    if (socket.destroyed) return
    if (admission.kind === 'refused') return refuseUpgrade(socket, admission.refusal)
    const { remoteAddress, accepted } = admission
    // The answer to the handshake and the hello behind it leave in one write.
    socket.cork()
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#open(webSocket, socket, {
        transport: 'websocket',
        codec,
        remoteAddress,
        accepted,
      })
    })
    socket.uncork()
  }

  /** Whether new links are refused. */
  get isClosing(): boolean {
    return this.#isClosing
  }

  /**
   * Refuses new links and resolves when the open ones have ended; cuts those left
   * after `graceMs`. May be called again, with less patience.
   */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true
    for (const socket of this.#undecided) refuseUpgrade(socket, draining)
    this.#undecided.clear()
    await this.#links.ended(graceMs)
  }

  #open(webSocket: LinkedWebSocket, socket: Duplex, handshake: Handshake): void {
    const form = webSocket.extensions === '' ? textFrame : this.#deflatedForm
    const link = new WebSocketLink({ webSocket, socket, form }, this.#linkContext)
    this.#links.add(link)
    link.start(this.#options.accept(link, handshake))
  }
}

/** An upgrade request, as Node hands it on. */
export interface UpgradeOffer {
  readonly request: IncomingMessage
  readonly socket: Duplex
  /** What came behind the request in the same read. */
  readonly head: Buffer
}

/** What the transport is made of. */
export interface WebSocketTransportOptions {
  /** Where links go. */
  readonly accept: AcceptLink
  /** In order of preference; the first is the one for clients that offer none. */
  readonly codecs: readonly Codec[]
  readonly clock: Clock
  /** Coarse timers. */
  readonly wheel: Clock
  /** Silence after which a link is pinged; after twice as much it is cut. */
  readonly heartbeatMs: number
  /** Larger messages end the link with 1009 before they are read. */
  readonly maxPayloadBytes: number
  /** Shared frames of this size and more are compressed for those who can read it; null for none. */
  readonly compressAboveBytes: number | null
  readonly logger: Logger
}

// Without context takeover every message stands for itself, so that one
// compressed frame is right for all; a window of its own for one client is not.
const negotiation = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
} as const

// Whoever asks again that soon finds the next process, or one of the others.
const draining: UpgradeRefusal = {
  status: 503,
  code: 'DRAINING',
  message: 'the server is stopping',
  headers: { 'Retry-After': '1' },
}

// A client must fail the connection when it is named a protocol that it did not
// offer, also the one it gets by default (RFC 6455, section 4.1).
function echoed(codec: Codec | undefined, offered: ReadonlySet<string>): string | false {
  return codec !== undefined && offered.has(codec.subprotocol) ? codec.subprotocol : false
}

// `bearer.<token>` is a credential, not a protocol: it never counts as an offer
// and is never echoed (P-002).
function chooseCodec(codecs: readonly Codec[], offered: ReadonlySet<string>): Codec | undefined {
  if (offered.size === 0) return codecs[0]
  const protocols = [...offered].filter((name) => !name.startsWith('bearer.'))
  if (protocols.length === 0) return codecs[0]
  return codecs.find(({ subprotocol }) => protocols.includes(subprotocol))
}
