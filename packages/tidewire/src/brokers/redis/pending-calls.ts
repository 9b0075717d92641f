import { BrokerUnavailable } from '../../core/ports/broker.ts'

/**
 * Calls that have no answer yet. Every one ends within the same time, with its
 * answer or without, whatever happens to the connection; and there are only so
 * many of them.
 */
export class PendingCalls {
  readonly #timeoutMs: number
  readonly #maxPending: number
  // In the order of their deadlines, as all have the same time.
  readonly #calls = new Set<PendingCall>()
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor({ timeoutMs, maxPending }: PendingBounds) {
    this.#timeoutMs = timeoutMs
    this.#maxPending = maxPending
  }

  /** Begins a call: `start` sees to it that it is settled, now or later. Rejects with BrokerUnavailable. */
  add(start: (call: PendingCall) => void): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new BrokerUnavailable('the redis broker is closed'))
    if (this.#calls.size >= this.#maxPending) {
      const message = `redis has not answered ${this.#maxPending} calls: no more are taken`
      return Promise.reject(new BrokerUnavailable(message))
    }
    return new Promise((resolve, reject) => {
      const call = new PendingCall(performance.now() + this.#timeoutMs, (settle) => {
        if (!this.#calls.delete(call)) return
        settle(resolve, reject)
      })
      this.#calls.add(call)
      this.#timer ??= this.#expireLater(this.#timeoutMs)
      start(call)
    })
  }

  /** Ends all of them, and takes no more. */
  close(): void {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const call of this.#calls) call.fail('the redis broker was closed')
  }

  #expireLater(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => this.#expire(), delayMs)
  }

  #expire(): void {
    this.#timer = null
    const now = performance.now()
    for (const call of this.#calls) {
      if (call.deadline > now) {
        this.#timer = this.#expireLater(Math.ceil(call.deadline - now))
        return
      }
      call.fail(`redis did not answer within ${this.#timeoutMs} ms`)
    }
  }
}

/** One call that waits for its answer. Settling it twice does nothing. */
export class PendingCall {
  /** On the monotonic clock, ms. */
  readonly deadline: number
  readonly #end: (settle: Settle) => void
  #isOver = false

  constructor(deadline: number, end: (settle: Settle) => void) {
    this.deadline = deadline
    this.#end = end
  }

  /** Nobody waits for the answer any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  answer(value: unknown): void {
    this.#isOver = true
    this.#end((resolve) => resolve(value))
  }

  /** @param cause What the engine or its client said. */
  fail(message: string, cause?: unknown): void {
    this.#isOver = true
    this.#end((_resolve, reject) => reject(new BrokerUnavailable(message, { cause })))
  }
}

export interface PendingBounds {
  readonly timeoutMs: number
  readonly maxPending: number
}

type Settle = (resolve: (value: unknown) => void, reject: (error: Error) => void) => void
