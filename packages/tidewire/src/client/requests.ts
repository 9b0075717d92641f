import type {
  AckFrame,
  ErrorFrame,
  PublishFrame,
  RequestId,
  SubscribeFrame,
  UnsubscribeFrame,
} from '../protocol/frames.ts'
import type { Clock } from './clock.ts'
import { TidewireError } from './tidewire-error.ts'

/**
 * The requests that have no answer yet, by id.
 *
 * One that is made while the connection is down waits for it and is sent in the
 * order it was made. Each ends exactly once: answered, refused, timed out, lost
 * with its connection or given up, and its timer ends with it.
 */
export class Requests {
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #outlet: Outlet
  readonly #open = new Map<RequestId, OpenRequest>()
  #lastId = 0
  #isOnline = false

  constructor({ clock, requestTimeoutMs }: RequestsOptions, outlet: Outlet) {
    this.#clock = clock
    this.#timeoutMs = requestTimeoutMs
    this.#outlet = outlet
  }

  /** How many have no answer. */
  get size(): number {
    return this.#open.size
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
    const cancelTimer = this.#clock.after(this.#timeoutMs, () =>
      this.#fail(id, new TidewireError('TIMEOUT', `no answer within ${this.#timeoutMs} ms`)),
    )
    const request = { text, answer, cancelTimer, isSent: false }
    this.#open.set(id, request)
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

  /** Ends what was sent: its answers are lost with the connection. */
  suspend(): void {
    this.#isOnline = false
    for (const [id, { isSent }] of this.#open) {
      if (isSent) this.#fail(id, connectionLost())
    }
  }

  /** Ends everything. */
  end(error: TidewireError): void {
    this.#isOnline = false
    for (const id of this.#open.keys()) this.#fail(id, error)
  }

  /** Hands an answer to its request; one that is open no more does not miss it. */
  settle(frame: AckFrame | ErrorFrame): void {
    const answer = frame.id === undefined ? undefined : this.#take(frame.id)?.answer
    if (frame.type === 'ack') answer?.onAck(frame)
    else answer?.onFailure(refusal(frame))
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
    this.#open.delete(id)
    request?.cancelTimer()
    return request
  }
}

/** A request without the id it is going to get. */
export type RequestFrame =
  | Omit<PublishFrame, 'id'>
  | Omit<SubscribeFrame, 'id'>
  | Omit<UnsubscribeFrame, 'id'>

/** How a request ends; one of the two is called, once. */
export interface Answer {
  onAck(frame: AckFrame): void
  onFailure(error: TidewireError): void
}

/** Options of requests; see `ClientOptions`. */
export interface RequestsOptions {
  readonly clock: Clock
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
  return new TidewireError(frame.code, frame.message, { retryAfterMs: frame.retryAfterMs })
}

interface OpenRequest {
  readonly text: string
  readonly answer: Answer
  readonly cancelTimer: () => void
  isSent: boolean
}

function isLonger(text: string, maxBytes: number): boolean {
  // No UTF-16 unit takes more than three bytes: most texts need no encoding.
  return text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes
}

function connectionLost(): TidewireError {
  return new TidewireError('CONNECTION_LOST', 'the connection broke before the answer came', {
    hint: 'it may have happened; to publish again with the same key is safe',
  })
}
