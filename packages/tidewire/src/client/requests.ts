import type { ErrorFrame, RequestId, ServerFrame } from '../protocol/frames.ts'
import { onAbort } from './abort.ts'
import type { Clock } from './clock.ts'
import type { OnFailure, OnReply, Reply, RequestFrame } from './request.ts'
import { TidewireError } from './tidewire-error.ts'

/**
 * The requests that have no answer yet, by id, in the order they were made.
 *
 * What is asked of one channel keeps its order: it leaves when what left before
 * is answered, together with all else that waits, as one array. Of an array a
 * server that limits refuses the end (P-060): what was refused was not handled,
 * waits again, and nothing has overtaken it. A publish whose answer was
 * lost with its connection waits again, too: its key makes sending it twice
 * harmless (P-023). Each request ends exactly once: answered, refused, timed out,
 * lost or given up, and its timer ends with it.
 */
export class Requests {
  readonly #options: RequestsOptions
  /** Where those that wait will leave. */
  #outlet: Outlet
  readonly #open = new Map<RequestId, OpenRequest>()
  #lastId = 0
  /** Bytes of all of them. */
  #size = 0
  /** Neither is the connection down nor does the server want a pause. */
  #canSend = false
  #cancelPause: () => void = () => undefined

  constructor(options: RequestsOptions, outlet: Outlet) {
    this.#options = options
    this.#outlet = outlet
  }

  /**
   * Makes a request for the application, if there is room for one more.
   *
   * @throws TypeError for a payload JSON cannot hold
   */
  async ask(frame: RequestFrame, signal: AbortSignal | undefined): Promise<Reply> {
    if (this.#open.size >= this.#options.maxQueued || this.#size > maxQueuedBytes) {
      throw new TidewireError('QUEUE_FULL')
    }
    let stopListening: () => void = () => undefined
    const reply = new Promise<Reply>((resolve, reject) => {
      const giveUp = this.make(frame, resolve, reject)
      stopListening = onAbort(signal, (error) => {
        giveUp()
        reject(error)
      })
    })
    return reply.finally(stopListening)
  }

  /**
   * Makes a request; one of the two functions, if there are any, learns how it ended. The
   * frame becomes text at once, so what the caller changes in its payload later is not sent.
   *
   * @returns gives it up: neither is called, and if it waits it is never sent
   * @throws TypeError for a payload JSON cannot hold
   */
  make(frame: RequestFrame, onReply?: OnReply, onFailure?: OnFailure): () => void {
    this.#lastId += 1
    const id = this.#lastId
    const { type } = frame
    const text = JSON.stringify({ ...frame, id })
    const size = new TextEncoder().encode(text).length
    const { clock, publishTimeoutMs, requestTimeoutMs } = this.#options
    const timeoutMs = type === 'publish' ? publishTimeoutMs : requestTimeoutMs
    const cancelTimer = clock.after(timeoutMs, () => this.#fail(id, new TidewireError('TIMEOUT')))
    const lane = 'channel' in frame ? frame.channel : id
    this.#open.set(id, {
      id,
      type,
      lane,
      text,
      size,
      onReply,
      onFailure,
      cancelTimer,
      sentTo: null,
    })
    this.#size += size
    this.#flush()
    return () => {
      this.#take(id)
    }
  }

  /** Sends what waits, and what follows. */
  resume(outlet: Outlet): void {
    this.#outlet = outlet
    this.#canSend = true
    this.#flush()
  }

  /** Nothing is sent until it is resumed. */
  pause(): void {
    this.#cancelPause()
    this.#canSend = false
  }

  /**
   * No answer comes to what was sent there, which is by default where it is sent now:
   * publishes wait again, all else is lost.
   */
  lose(outlet: Outlet = this.#outlet): void {
    for (const request of this.#open.values()) {
      if (request.sentTo !== outlet) continue
      if (request.type === 'publish') request.sentTo = null
      else this.#fail(request.id, new TidewireError('CONNECTION_LOST'))
    }
    this.#flush()
  }

  /** Whether an answer is still to come from there. */
  isAwaiting(outlet: Outlet): boolean {
    return [...this.#open.values()].some(({ sentTo }) => sentTo === outlet)
  }

  /** Ends everything; while it pauses, so that nothing leaves meanwhile. */
  end(error: TidewireError): void {
    for (const id of this.#open.keys()) this.#fail(id, error)
  }

  /** Hands an answer to its request; one that is open no more does not miss it. */
  settle(id: RequestId, frame: Answer): void {
    if (frame.type !== 'error') this.#take(id)?.onReply?.(frame)
    else if (frame.code === 'RATE_LIMITED') this.#holdBack(id, frame)
    else this.#fail(id, new TidewireError(frame.code, frame))
  }

  #holdBack(id: RequestId, { retryAfterMs = 0 }: ErrorFrame): void {
    const request = this.#open.get(id)
    if (request !== undefined) request.sentTo = null
    this.pause()
    // Not all who share a limit are to come back at once.
    const delayMs = retryAfterMs + pauseMs * (1 + this.#options.random())
    this.#cancelPause = this.#options.clock.after(delayMs, () => this.resume(this.#outlet))
  }

  #flush(): void {
    if (!this.#canSend) return
    const { maxFrameBytes } = this.#outlet
    const texts: string[] = []
    let bytes = 1
    for (const request of this.#nextInLine()) {
      bytes += request.size + 1
      if (texts.length > 0 && bytes > maxFrameBytes) break
      if (request.size > maxFrameBytes) {
        // Sent, it would cost the whole connection, for good (1009).
        const message = `at most ${maxFrameBytes} bytes`
        return this.#fail(request.id, new TidewireError('PAYLOAD_TOO_LARGE', { message }))
      }
      request.sentTo = this.#outlet
      texts.push(request.text)
    }
    if (texts.length > 0) this.#outlet.send(texts.length > 1 ? `[${texts}]` : `${texts}`)
  }

  // Subscriptions first: what waited for the connection is not to be older than
  // what the application listens for.
  #nextInLine(): readonly OpenRequest[] {
    const open = [...this.#open.values()]
    const sent = open.filter(({ sentTo }) => sentTo !== null)
    const taken = new Set(sent.map(({ lane }) => lane))
    return open
      .filter(({ lane }) => !taken.has(lane))
      .sort((one, other) => Number(isSubscription(other)) - Number(isSubscription(one)))
      .slice(0, maxSent - sent.length)
  }

  #fail(id: RequestId, error: TidewireError): void {
    this.#take(id)?.onFailure?.(error)
  }

  #take(id: RequestId): OpenRequest | undefined {
    const request = this.#open.get(id)
    if (request === undefined) return
    this.#open.delete(id)
    this.#size -= request.size
    request.cancelTimer()
    this.#flush()
    return request
  }
}

/** Options of requests; see `ClientOptions`. */
export interface RequestsOptions {
  readonly clock: Clock
  readonly maxQueued: number
  readonly publishTimeoutMs: number
  readonly random: () => number
  readonly requestTimeoutMs: number
}

/** Where requests leave. */
export interface Outlet {
  /** The most a frame may have, in bytes of UTF-8. */
  readonly maxFrameBytes: number
  send(text: string): void
}

/** What a server says of a request. */
type Answer = Extract<ServerFrame, { readonly id?: RequestId }>

interface OpenRequest {
  readonly id: number
  readonly type: RequestFrame['type']
  /** Requests of the same one keep their order: a channel, or for a call its own. */
  readonly lane: string | number
  readonly text: string
  /** Of the text, in bytes of UTF-8. */
  readonly size: number
  readonly onReply: OnReply | undefined
  readonly onFailure: OnFailure | undefined
  readonly cancelTimer: () => void
  /** It is with the server there; null while it waits. */
  sentTo: Outlet | null
}

/** The most requests that are with the server at a time, and in one array (section 7 of the protocol). */
const maxSent = 64

/** The shortest pause of one who sent too much, in ms: what a server takes for one (P-060). */
const pauseMs = 1_000

/** Bytes of all open requests, above which the application may make no other. */
const maxQueuedBytes = 1024 * 1024

function isSubscription({ type }: Pick<OpenRequest, 'type'>): boolean {
  return type.endsWith('subscribe')
}
