import type { Clock } from '../core/ports/clock.ts'
import type { AcceptLink, Link, LinkHandler } from '../core/ports/link.ts'
import type { SharedFrame } from '../core/ports/shared-frame.ts'
import type { WireData } from '../protocol/codec.ts'
import type { ClientFrame, ServerFrame } from '../protocol/frames.ts'
import { jsonCodec } from '../protocol/json-codec.ts'
import { parseServerText } from '../protocol/server-text.ts'
import { wireLength } from '../protocol/wire-length.ts'

/** How long a peer that reads nothing may hold up a close. */
const goodbyeMs = 3_000

/**
 * Opens a link without a network and answers the client's end of it.
 *
 * What one end sends the other has in the same turn; ends are told through the
 * clock. A test that stalls the peer has a slow reader.
 */
export function connectInMemory(accept: AcceptLink, options: MemoryLinkOptions): MemoryPeer {
  const link = new MemoryLink(options)
  const { remoteAddress = '127.0.0.1' } = options
  link.start(accept(link, { transport: 'websocket', codec: jsonCodec, remoteAddress }))
  return new MemoryPeer(link)
}

/** What a link in memory is made of. */
export interface MemoryLinkOptions {
  /** Tells the ends of links, and cuts those that do not end by themselves. */
  readonly clock: Clock
  /** The peer's address. Default 127.0.0.1. */
  readonly remoteAddress?: string
  /** Unread bytes from which on the link is congested. Default 64 KiB. */
  readonly congestedBytes?: number
}

/** The client's end of a link in memory: types frames, sees what comes back. */
export class MemoryPeer {
  readonly #link: MemoryLink
  #taken = 0

  constructor(link: MemoryLink) {
    this.#link = link
  }

  /** Every wire message the peer has read so far, as text. */
  get texts(): readonly string[] {
    return this.#link.read
  }

  /** Every frame the peer has read so far. */
  get frames(): readonly ServerFrame[] {
    return this.texts.map(parseServerText)
  }

  /** The frames since the last `take`. */
  take(): readonly ServerFrame[] {
    const fresh = this.frames.slice(this.#taken)
    this.#taken += fresh.length
    return fresh
  }

  /** How the server ended the link; null while it is open. */
  get closed(): LinkEnd | null {
    return this.#link.end
  }

  /** Whether the server has asked to be sent nothing for now. */
  get isPaused(): boolean {
    return this.#link.isPaused
  }

  /** Sends one frame, or several in an array. */
  send(frames: ClientFrame | readonly ClientFrame[]): void {
    this.sendData(JSON.stringify(frames))
  }

  /** Sends whatever it is given. */
  sendData(data: WireData): void {
    this.#link.receive(data)
  }

  /** Reads nothing more until `drain`. */
  stall(): void {
    this.#link.stall()
  }

  /** Reads what has waited, and goes on reading. */
  drain(): void {
    this.#link.drain()
  }

  /** Ends the link from this side. */
  close(code = 1000): void {
    this.#link.cut({ code, reason: '' })
  }
}

/** How a link ended. */
export interface LinkEnd {
  readonly code: number
  readonly reason: string
}

/** The server's end. */
class MemoryLink implements Link {
  readonly read: string[] = []
  end: LinkEnd | null = null
  isPaused = false
  readonly #clock: Clock
  readonly #congestedBytes: number
  readonly #held: WireData[] = []
  #handler: LinkHandler | null = null
  #unread: WireData[] = []
  #unreadBytes = 0
  #closing: LinkEnd | null = null
  #isStalled = false
  #isCorked = false

  constructor({ clock, congestedBytes = 64 * 1024 }: MemoryLinkOptions) {
    this.#clock = clock
    this.#congestedBytes = congestedBytes
  }

  get bufferedBytes(): number {
    return this.#unreadBytes
  }

  get isCongested(): boolean {
    return this.#unreadBytes >= this.#congestedBytes
  }

  start(handler: LinkHandler): void {
    this.#handler = handler
  }

  send(data: WireData): number {
    if (this.#closing !== null || this.end !== null) return 0
    const bytes = wireLength(data)
    this.#unread.push(data)
    this.#unreadBytes += bytes
    this.#deliver()
    return bytes
  }

  sendShared(frame: SharedFrame): boolean {
    return this.send(frame.data) > 0
  }

  cork(): void {
    this.#isCorked = true
  }

  uncork(): void {
    this.#isCorked = false
    this.#deliver()
  }

  close(code: number, reason: string): void {
    if (this.#closing !== null || this.end !== null) return
    this.#closing = { code, reason }
    this.#isCorked = false
    this.#deliver()
    if (this.end === null) this.#clock.after(goodbyeMs, () => this.terminate())
  }

  terminate(): void {
    this.cut({ code: 1006, reason: '' })
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    while (!this.isPaused && this.#held.length > 0) this.#pass(this.#held.shift() ?? '')
  }

  /** Takes what the peer sends. */
  receive(data: WireData): void {
    if (this.isPaused) this.#held.push(data)
    else this.#pass(data)
  }

  stall(): void {
    this.#isStalled = true
  }

  drain(): void {
    const wasCongested = this.isCongested
    this.#isStalled = false
    this.#deliver()
    if (wasCongested && this.end === null) this.#handler?.onDrain()
  }

  /** Ends the link now; what has not been read is lost. */
  cut(end: LinkEnd): void {
    if (this.end !== null) return
    this.end = end
    this.#unread = []
    this.#unreadBytes = 0
    this.#clock.soon(() => {
      this.#handler?.onClose(end.code)
      this.#handler = null
    })
  }

  #deliver(): void {
    if (this.#isStalled || this.#isCorked) return
    for (const data of this.#unread.splice(0)) this.read.push(textOf(data))
    this.#unreadBytes = 0
    if (this.#closing !== null) this.cut(this.#closing)
  }

  #pass(data: WireData): void {
    if (this.end === null) this.#handler?.onData(data, wireLength(data))
  }
}

function textOf(data: WireData): string {
  return typeof data === 'string' ? data : new TextDecoder().decode(data)
}
