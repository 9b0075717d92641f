import type { Link, LinkHandlers } from '../../client/dial.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { AcceptLink } from '../../core/ports/link.ts'
import { jsonCodec } from '../../protocol/json-codec.ts'
import { ClientEnd } from './client-end.ts'
import type { CutNotice, LinkConditions } from './link-conditions.ts'
import type { SeededRandom } from './seeded-random.ts'
import { ServerEnd } from './server-end.ts'
import { Wire } from './wire.ts'

/**
 * One link between a client and a server: two wires, two ends, and the faults
 * that can befall it.
 *
 * Until a fault it keeps the contracts of both ends. A fault never invents,
 * changes or reorders a message: from some byte on, nothing arrives any more.
 */
export class NetworkLink {
  /** The address the client has dialled. */
  readonly url: string
  readonly #clock: Clock
  readonly #conditions: LinkConditions
  readonly #toServer: Wire
  readonly #toClient: Wire
  readonly #server: ServerEnd
  readonly #client: ClientEnd
  readonly #onGone: (link: NetworkLink) => void
  #isOpen = false
  #isBroken = false
  #cancelNotice: () => void = () => undefined

  constructor(url: string, handlers: LinkHandlers, options: NetworkLinkOptions) {
    const { clock, conditions } = options
    this.url = url
    this.#clock = clock
    this.#conditions = conditions
    this.#onGone = options.onGone
    this.#toServer = this.#wire(options, { bytesPerSecond: Number.POSITIVE_INFINITY })
    this.#toClient = this.#wire(options, conditions)
    this.#client = new ClientEnd(this.#toServer, handlers, this.#clientOptions())
    this.#server = new ServerEnd(clock, this.#toClient, this.#serverOptions())
  }

  /** What the client sends and closes with. */
  get clientLink(): Link {
    return this.#client
  }

  /** The most bytes that ever waited at the server's end. */
  get peakBufferedBytes(): number {
    return this.#toClient.peakBytes
  }

  /** Hands the server its end. */
  open(accept: AcceptLink): void {
    this.#isOpen = true
    this.#toClient.breakAfter(this.#conditions.breakAfterBytes)
    this.#server.start(
      accept(this.#server, {
        transport: 'websocket',
        codec: jsonCodec,
        remoteAddress: '127.0.0.1',
      }),
    )
  }

  /** The dial failed: the server has never seen it. */
  refuse(): void {
    this.#client.finish(1006, '')
    this.#gone()
  }

  /** Nobody answers the dial, and nobody says so. */
  vanish(): void {
    this.#break()
  }

  /** Breaks it now: what is on its way is lost. */
  cut(notice: CutNotice): void {
    if (!this.#isOpen) return
    this.#break()
    if (notice === 'both' || notice === 'client') this.#client.finish(1006, '')
    if (notice === 'both' || notice === 'server') return this.#endServer()
    this.#cancelNotice()
    this.#cancelNotice = this.#clock.after(this.#conditions.deadAfterMs, () => this.#endServer())
  }

  /** Breaks it for both once so many more bytes have gone to the client. */
  cutAfter(bytes: number): void {
    this.#toClient.breakAfter(bytes)
  }

  /** Changes how fast the client reads; 0 stalls it. */
  setReadingSpeed(bytesPerSecond: number): void {
    this.#toClient.setSpeed(bytesPerSecond)
  }

  #break(): void {
    this.#isBroken = true
    this.#toServer.sever()
    this.#toClient.sever()
  }

  #endServer(): void {
    this.#server.finish(1006)
    this.#gone()
  }

  #gone(): void {
    this.#cancelNotice()
    this.#isOpen = false
    this.#onGone(this)
  }

  #clientOptions(): ConstructorParameters<typeof ClientEnd>[2] {
    return {
      clock: this.#clock,
      goodbyeMs: this.#conditions.goodbyeMs,
      deliver: (text) => this.#server.receive(text),
      sayGoodbye: (code, reason) => {
        this.#server.finish(code)
        this.#client.finish(code, reason)
        this.#gone()
      },
    }
  }

  #serverOptions(): ConstructorParameters<typeof ServerEnd>[2] {
    return {
      goodbyeMs: this.#conditions.goodbyeMs,
      deliver: (text) => this.#client.receive(text),
      sayGoodbye: (code, reason) => {
        this.#client.finish(code, reason)
        this.#server.finish(code)
        this.#gone()
      },
      onTerminate: () => {
        this.#toServer.sever()
        // On a broken link nobody is there to tell.
        if (!this.#isBroken) this.#client.finish(1006, '')
        this.#gone()
      },
    }
  }

  #wire(
    { clock, conditions, random }: NetworkLinkOptions,
    { bytesPerSecond }: Pick<LinkConditions, 'bytesPerSecond'>,
  ): Wire {
    return new Wire(clock, {
      latencyMs: conditions.latencyMs,
      drawJitterMs: () => (conditions.jitterMs === 0 ? 0 : random.integer(0, conditions.jitterMs)),
      bytesPerSecond,
      congestedBytes: conditions.congestedBytes,
      onDrain: () => this.#server.drain(),
      onBreak: () => this.cut('both'),
    })
  }
}

export interface NetworkLinkOptions {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly conditions: LinkConditions
  /** The link is over for the server. */
  readonly onGone: (link: NetworkLink) => void
}
