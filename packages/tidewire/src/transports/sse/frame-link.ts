import type { ServerResponse } from 'node:http'
import type { Clock } from '../../core/ports/clock.ts'
import type { Link, LinkHandler } from '../../core/ports/link.ts'
import type { SharedFrame } from '../../core/ports/shared-frame.ts'
import type { Codec, WireData } from '../../protocol/codec.ts'
import { jsonCodec } from '../../protocol/json-codec.ts'
import { utf8Length } from '../../protocol/utf8.ts'
import type { Beating } from '../heartbeats.ts'
import { dataText, eventWithoutId } from './event-text.ts'
import { ResponseStream } from './response-stream.ts'

/**
 * One request as a link (P-074): the messages of its body came in, and every
 * frame goes out as the data of one event, until one side ends it. A WebSocket
 * without a way to send more.
 */
export class FrameLink implements Link, Beating {
  readonly codec: Codec = { ...jsonCodec, encode: (frame) => dataText(frame) }
  readonly #context: FrameLinkContext
  readonly #stream: ResponseStream
  readonly #messages: string[]
  #handler: LinkHandler | null = null
  #isPaused = false

  constructor({ response, messages }: OpenFrameLink, context: FrameLinkContext) {
    this.#context = context
    this.#messages = [...messages]
    const owner = { onDrain: () => this.#handler?.onDrain(), onEnd: () => this.#end() }
    this.#stream = new ResponseStream(response, owner, context.wheel)
    this.#stream.begin()
  }

  get bufferedBytes(): number {
    return this.#stream.bufferedBytes
  }

  get isCongested(): boolean {
    return this.#stream.isCongested
  }

  /** Says what its client had to say. */
  start(handler: LinkHandler): void {
    this.#handler = handler
    this.#say()
  }

  send(data: WireData): number {
    return this.#stream.write(data)
  }

  sendShared(frame: SharedFrame): boolean {
    return this.#stream.write(frame.in(eventWithoutId)) > 0
  }

  cork(): void {
    this.#stream.cork()
  }

  uncork(): void {
    this.#stream.uncork()
  }

  close(code: number, reason: string): void {
    this.#stream.write(dataText({ type: 'close', code, reason }))
    this.#stream.finish()
  }

  terminate(): void {
    this.#stream.terminate()
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    // Not inside of the call that let it go on.
    queueMicrotask(() => this.#say())
  }

  // A frame, and no comment: what is not heard says nothing to a client that
  // wants to know whether its server lives (P-027).
  beat(): void {
    this.#stream.beat(dataText({ type: 'heartbeat', time: this.#context.wheel.now() }))
  }

  #say(): void {
    while (!this.#isPaused) {
      const message = this.#messages.shift()
      if (message === undefined) return
      this.#handler?.onData(message, utf8Length(message))
    }
  }

  #end(): void {
    this.#handler?.onClose(goneCode)
    this.#handler = null
    this.#context.onEnd(this)
  }
}

/** A request that is to become a link. */
export interface OpenFrameLink {
  readonly response: ServerResponse
  /** What its client says, as it would over a WebSocket. */
  readonly messages: readonly string[]
}

/** What the links of a transport have in common. */
export interface FrameLinkContext {
  /** Coarse timers. */
  readonly wheel: Clock
  readonly onEnd: (link: FrameLink) => void
}

/** A stream has no close frame: how it ended, only its socket knows. */
const goneCode = 1006
