import type { ServerResponse } from 'node:http'
import type { CancelTimer, Clock } from '../../core/ports/clock.ts'
import type { Link, LinkHandler } from '../../core/ports/link.ts'
import type { SharedFrame } from '../../core/ports/shared-frame.ts'
import { closeCodes } from '../../protocol/close-codes.ts'
import type { Codec, WireData } from '../../protocol/codec.ts'
import type { ErrorFrame, ServerFrame } from '../../protocol/frames.ts'
import { jsonCodec } from '../../protocol/json-codec.ts'
import type { Position } from '../../protocol/position.ts'
import type { Beating } from '../heartbeats.ts'
import type { Ending } from '../http/ask.ts'
import {
  commentText,
  eventText,
  eventWithId,
  eventWithoutId,
  idLine,
  retryText,
} from './event-text.ts'
import { ResponseStream } from './response-stream.ts'
import { StreamId } from './stream-id.ts'

/**
 * One response as a link: a stream of server-sent events (P-070).
 *
 * It begins when every channel was answered for: until then what is sent waits,
 * because a refusal is a status and has to come first. Its codec is its own, as
 * the name and the id of an event depend on the frame.
 */
export class SseLink implements Link, Beating {
  readonly codec: Codec = { ...jsonCodec, encode: (frame) => this.#encode(frame) }
  readonly #request: OpenStream
  readonly #context: SseLinkContext
  readonly #stream: ResponseStream
  readonly #id: StreamId
  readonly #unanswered: Set<string>
  readonly #subscribed = new Set<string>()
  /** What waits for the stream to begin; null when nothing has to. */
  #early: WireData[] | null = []
  #earlyBytes = 0
  #handler: LinkHandler | null = null
  #state: 'opening' | 'open' | 'closing' | 'ended' = 'opening'
  #cancelLeave: CancelTimer | null = null

  constructor(request: OpenStream, context: SseLinkContext) {
    const { channels, since, response } = request
    this.#request = request
    this.#context = context
    this.#id = new StreamId(channels, since)
    this.#unanswered = new Set(channels)
    const owner = { onDrain: () => this.#handler?.onDrain(), onEnd: () => this.#end() }
    this.#stream = new ResponseStream(response, owner, context.wheel)
  }

  get bufferedBytes(): number {
    return this.#earlyBytes + this.#stream.bufferedBytes
  }

  get isCongested(): boolean {
    return this.bufferedBytes >= this.#stream.capacity
  }

  /** Subscribes on behalf of its client. */
  start(handler: LinkHandler): void {
    if (this.#state !== 'opening') return handler.onClose(goneCode)
    this.#handler = handler
    const { channels, since, last } = this.#request
    for (const [id, channel] of channels.entries()) {
      const start = { since: since[id], last }
      const text = JSON.stringify({ type: 'subscribe', id, channel, ...start })
      handler.onData(text, text.length)
    }
  }

  send(data: WireData): number {
    const bytes = this.#write(data)
    // The last one was ended: there is nothing left to wait for.
    if (this.#state === 'open' && this.#subscribed.size === 0) this.#finish()
    return bytes
  }

  sendShared(frame: SharedFrame): boolean {
    if (this.#request.channels.length === 1) return this.#write(frame.in(eventWithId)) > 0
    const { channel, position } = frame.place
    const id = idLine(this.#id.after(channel, position))
    this.cork()
    this.#write(id)
    const bytes = this.#write(frame.in(eventWithoutId))
    this.uncork()
    return bytes > 0
  }

  cork(): void {
    this.#stream.cork()
  }

  uncork(): void {
    this.#stream.uncork()
  }

  close(code: number, reason: string): void {
    if (this.#state === 'opening') return this.#refuse({ type: 'ending', code, reason })
    if (this.#state !== 'open') return
    this.#write(eventText({ type: 'close', code, reason }, ''))
    this.#finish()
  }

  terminate(): void {
    this.#stream.terminate()
  }

  pause(): void {
    // Nothing is read from the network.
  }

  resume(): void {
    // Nothing is read from the network.
  }

  beat(): void {
    this.#stream.beat(commentText)
  }

  #encode(frame: ServerFrame): string {
    switch (frame.type) {
      case 'ack':
        this.#hasJoined(frame.channel)
        return eventText(frame, this.#idAfter(frame.channel, frame.position ?? null))
      case 'gap':
        return eventText(frame, this.#idAfter(frame.channel, frame.to))
      case 'unsubscribed':
        this.#subscribed.delete(frame.channel)
        return eventText(frame, '')
      case 'error':
        if (this.#state === 'opening') this.#refuse(frame)
        return eventText(frame, '')
      case 'drain':
        this.#leaveIn(frame.reconnectAfterMs + slotMs)
        return eventText(frame, '')
      default:
        return eventText(frame, '')
    }
  }

  // A client that knows what a drain is has opened its next stream by then; any
  // other comes back because this one ends, and not all of them at once.
  #leaveIn(delayMs: number): void {
    const { code, reason } = closeCodes.restart
    this.#cancelLeave ??= this.#context.wheel.after(delayMs, () => this.close(code, reason))
  }

  #idAfter(channel: string, position: Position | null): string {
    return idLine(this.#id.after(channel, position))
  }

  #hasJoined(channel: string): void {
    this.#subscribed.add(channel)
    this.#unanswered.delete(channel)
    if (this.#unanswered.size === 0) this.#open()
  }

  #open(): void {
    const early = this.#early ?? []
    const wasCongested = this.isCongested
    this.#state = 'open'
    this.#early = null
    this.#earlyBytes = 0
    this.#stream.begin()
    if (this.#request.isHead) return this.#finish()
    this.cork()
    this.#stream.write(retryText(retryMs))
    for (const data of early) this.#stream.write(data)
    this.uncork()
    // Whoever waited for the stream to begin goes on, but not inside of this call.
    if (wasCongested && !this.isCongested) queueMicrotask(() => this.#handler?.onDrain())
  }

  #write(data: WireData): number {
    if (this.#early === null) return this.#stream.write(data)
    const bytes = Buffer.byteLength(data)
    this.#early.push(data)
    this.#earlyBytes += bytes
    return bytes
  }

  #refuse(refusal: ErrorFrame | Ending): void {
    this.#state = 'closing'
    this.#early = null
    this.#earlyBytes = 0
    this.#request.onRefused(refusal)
    // Nothing of the link is left: the response is somebody else's.
    this.#stream.giveBack()
  }

  #finish(): void {
    this.#state = 'closing'
    this.#stream.finish()
  }

  #end(): void {
    const handler = this.#handler
    this.#state = 'ended'
    this.#early = null
    this.#handler = null
    this.#cancelLeave?.()
    handler?.onClose(goneCode)
    this.#context.onEnd(this)
  }
}

/** A response that is to become a stream. */
export interface OpenStream {
  readonly response: ServerResponse
  readonly channels: readonly string[]
  /** Where to begin, for each channel in its place; without it, with the next event. */
  readonly since: readonly (Position | undefined)[]
  /** Begin with the newest kept events; as in P-020. */
  readonly last?: number | undefined
  /** Only the head is wanted. */
  readonly isHead: boolean
  /** A channel was refused, or the connection ended, before the stream began: it never will. */
  readonly onRefused: (refusal: ErrorFrame | Ending) => void
}

/** What the links of a transport have in common. */
export interface SseLinkContext {
  /** Coarse timers. */
  readonly wheel: Clock
  readonly onEnd: (link: SseLink) => void
}

const retryMs = 2_000

/** How long a client has for what a drain asks of it, once it is its turn. */
const slotMs = 2_000

/** A stream has no close frame: how it ended, only its socket knows. */
const goneCode = 1006
