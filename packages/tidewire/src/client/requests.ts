import type {
  AckFrame,
  CallFrame,
  ErrorFrame,
  HistoryFrame,
  PublishFrame,
  RequestId,
  ResultFrame,
  SubscribeFrame,
  UnsubscribeFrame,
} from '../protocol/frames.ts'
import { onAbort } from './abort.ts'
import type { Clock } from './clock.ts'
import { deferred } from './deferred.ts'
import { TidewireError } from './tidewire-error.ts'

/**
 * The requests that have no answer yet, by id, in the order they were made.
 *
 * One that is made while the connection is down waits for it. A publish whose
 * answer was lost with its connection waits again: its key makes sending it
 * twice harmless (P-023). Each ends exactly once: answered, refused, timed out,
 * lost or given up, and its timer ends with it.
 */
export class Requests {
  readonly #options: RequestsOptions
  readonly #outlet: Outlet
  readonly #open = new Map<RequestId, OpenRequest>()
  #lastId = 0
  #length = 0
  #isOnline = false

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
    if (this.#open.size >= this.#options.maxQueued || this.#length > maxQueuedLength) {
      throw new TidewireError('QUEUE_FULL', 'too much waits for answers')
    }
    const { promise, resolve, reject } = deferred<Reply>()
    const giveUp = this.make(frame, { onReply: resolve, onFailure: reject })
    const stopListening = onAbort(signal, (error) => {
      giveUp()
      reject(error)
    })
    return promise.finally(stopListening)
  }

  /**
   * Makes a request; `answer` learns how it ended. The frame becomes text at
   * once, so what the caller changes in its payload later is not sent.
   *
   * @returns gives it up: `answer` learns nothing, and if it waits it is never sent
   * @throws TypeError for a payload JSON cannot hold
   */
  make(frame: RequestFrame, answer: Answer): () => void {
    this.#lastId += 1
    const id = this.#lastId
    const text = JSON.stringify({ ...frame, id })
    const isPublish = frame.type === 'publish'
    const { clock, publishTimeoutMs, requestTimeoutMs } = this.#options
    const timeoutMs = isPublish ? publishTimeoutMs : requestTimeoutMs
    const cancelTimer = clock.after(timeoutMs, () =>
      this.#fail(id, new TidewireError('TIMEOUT', `no answer within ${timeoutMs} ms`)),
    )
    const request = { text, answer, cancelTimer, isPublish, isSent: false }
    this.#open.set(id, request)
    this.#length += text.length
    if (this.#isOnline) this.#send(id, request)
    return () => {
      this.#take(id)
    }
  }

  /** Sends what has waited; what is made in `first` goes before it. */
  resume(first: () => void): void {
    this.#isOnline = true
    first()
    for (const [id, request] of this.#open) if (!request.isSent) this.#send(id, request)
  }

  /** Nothing can be sent for now, and no answer comes to what was: publishes wait again, all else is lost. */
  suspend(): void {
    this.#isOnline = false
    for (const [id, request] of this.#open) {
      if (request.isPublish) request.isSent = false
      else if (request.isSent) this.#fail(id, connectionLost())
    }
  }

  /** Ends everything. */
  end(error: TidewireError): void {
    this.#isOnline = false
    for (const id of this.#open.keys()) this.#fail(id, error)
  }

  /** Hands an answer to its request; one that is open no more does not miss it. */
  settle(frame: AckFrame | ResultFrame | ErrorFrame): void {
    const answer = frame.id === undefined ? undefined : this.#take(frame.id)?.answer
    if (frame.type === 'error') answer?.onFailure(refusal(frame))
    else answer?.onReply(frame)
  }

  #send(id: RequestId, request: OpenRequest): void {
    const { maxFrameBytes } = this.#outlet
    if (isLonger(request.text, maxFrameBytes)) {
      // Sent, it would cost the whole connection, for good (1009).
      const message = `a frame has at most ${maxFrameBytes} bytes`
      return this.#fail(id, new TidewireError('PAYLOAD_TOO_LARGE', message))
    }
    request.isSent = true
    this.#outlet.send(request.text)
  }

  #fail(id: RequestId, error: TidewireError): void {
    this.#take(id)?.answer.onFailure(error)
  }

  #take(id: RequestId): OpenRequest | undefined {
    const request = this.#open.get(id)
    if (request === undefined) return
    this.#open.delete(id)
    this.#length -= request.text.length
    request.cancelTimer()
    return request
  }
}

/** A request without the id it is going to get. JSON leaves out what is undefined. */
export type RequestFrame =
  | Unsent<CallFrame>
  | Unsent<HistoryFrame>
  | Unsent<PublishFrame>
  | Unsent<SubscribeFrame>
  | Unsent<UnsubscribeFrame>

type Unsent<TFrame> = {
  readonly [TField in keyof TFrame as Exclude<TField, 'id'>]: TFrame extends Record<TField, unknown>
    ? TFrame[TField]
    : TFrame[TField] | undefined
}

/** What an answer carries; which of the fields, depends on the request. */
export type Reply = Partial<Omit<AckFrame, 'type'> & Omit<ResultFrame, 'type'>>

/** How a request ends; one of the two is called, once. */
export interface Answer {
  onReply(reply: Reply): void
  onFailure(error: TidewireError): void
}

/** Options of requests; see `ClientOptions`. */
export interface RequestsOptions {
  readonly clock: Clock
  readonly maxQueued: number
  readonly publishTimeoutMs: number
  readonly requestTimeoutMs: number
}

/** Where requests leave. */
export interface Outlet {
  /** The most a frame may have, in bytes of UTF-8. */
  readonly maxFrameBytes: number
  send(text: string): void
}

/** The error for a frame the server refused, or ended, something with. */
export function refusal(
  frame: Pick<ErrorFrame, 'code' | 'message' | 'retryAfterMs'>,
): TidewireError {
  return new TidewireError(frame.code, frame.message, frame)
}

interface OpenRequest {
  readonly text: string
  readonly answer: Answer
  readonly cancelTimer: () => void
  readonly isPublish: boolean
  isSent: boolean
}

/** UTF-16 units of all open requests, above which the application may make no other. */
const maxQueuedLength = 1024 * 1024

function isLonger(text: string, maxBytes: number): boolean {
  // No UTF-16 unit takes more than three bytes: most texts need no encoding.
  return text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes
}

function connectionLost(): TidewireError {
  return new TidewireError('CONNECTION_LOST', 'the connection broke before the answer')
}
