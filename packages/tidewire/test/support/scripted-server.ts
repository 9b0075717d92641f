import type { Dial, Link, LinkHandlers } from '../../src/client/dial.ts'
import type { ConnectedFrame, ServerFrame } from '../../src/protocol/frames.ts'

/**
 * The other end of a client under test, in memory: it says what the test tells
 * it to, keeps what the client sends, and can break in every way a link can.
 */
export class ScriptedServer {
  /** Every link the client has opened, oldest first. */
  readonly links: ScriptedLink[] = []

  readonly dial: Dial = (url, protocols, handlers) => {
    const link = new ScriptedLink(url, protocols, handlers)
    this.links.push(link)
    return link
  }

  /** The newest link. */
  get link(): ScriptedLink {
    const link = this.links.at(-1)
    if (link === undefined) throw new Error('the client has not dialled')
    return link
  }
}

/** One link, seen from the server. */
export class ScriptedLink implements Link {
  readonly url: string
  readonly protocols: readonly string[]
  readonly #handlers: LinkHandlers
  readonly #received: SentFrame[] = []
  /** How many messages the client has sent; an array of frames is one. */
  messages = 0
  /** How the client has closed it; null while it has not. */
  closedWith: number | null = null

  constructor(url: string, protocols: readonly string[], handlers: LinkHandlers) {
    this.url = url
    this.protocols = protocols
    this.#handlers = handlers
  }

  /** Says hello (P-003); by default the client may go on at once. */
  greet(hello: Partial<ConnectedFrame> = {}): void {
    this.tell({
      type: 'connected',
      connectionId: 'c-1',
      time: 1_000_000,
      auth: 'done',
      userId: null,
      heartbeatMs: 25_000,
      limits: { maxPayloadBytes: 65_536, maxChannels: 128 },
      ...hello,
    })
  }

  /** Sends frames, each in a message of its own. */
  tell(...frames: readonly ServerFrame[]): void {
    for (const frame of frames) this.tellRaw(JSON.stringify(frame))
  }

  /** Sends whatever it is. */
  tellRaw(data: unknown): void {
    this.#handlers.onMessage(data)
  }

  /** Breaks, or closes, the link. */
  drop(code = 1006, reason = ''): void {
    this.#handlers.onClose(code, reason)
  }

  /** Takes the oldest frame of a type the client has sent. */
  take(type: string): SentFrame {
    const index = this.#received.findIndex((frame) => frame.type === type)
    const [frame] = index === -1 ? [] : this.#received.splice(index, 1)
    if (frame !== undefined) return frame
    throw new Error(`no ${type} among ${JSON.stringify(this.#received)}`)
  }

  /** Takes everything the client has sent. */
  takeAll(): readonly SentFrame[] {
    return this.#received.splice(0)
  }

  /** Takes the oldest subscribe and accepts it. */
  acceptSubscribe(ack: Partial<Extract<ServerFrame, { type: 'ack' }>> = {}): SentFrame {
    const frame = this.take('subscribe')
    this.tell({
      type: 'ack',
      id: frame.id ?? 0,
      channel: frame.channel ?? '',
      position: null,
      ...ack,
    })
    return frame
  }

  /** Takes the oldest unsubscribe and confirms it. */
  acceptUnsubscribe(): void {
    const { id = 0, channel = '' } = this.take('unsubscribe')
    this.tell({ type: 'ack', id, channel })
  }

  send(text: string): void {
    // Written by this package's client: what it is, is what a test looks at.
    const sent = JSON.parse(text) as SentFrame | readonly SentFrame[]
    this.#received.push(...[sent].flat())
    this.messages += 1
  }

  close(code: number): void {
    this.closedWith ??= code
  }
}

/** A frame of the client, every field that some frame has. */
export interface SentFrame {
  readonly type: string
  readonly id?: number
  readonly channel?: string
  readonly payload?: unknown
  readonly key?: string
  readonly echo?: boolean
  readonly token?: string
  readonly since?: { readonly epoch: string; readonly offset: number }
  readonly last?: number
  readonly method?: string
  readonly after?: number
  readonly before?: number
  readonly limit?: number
}
