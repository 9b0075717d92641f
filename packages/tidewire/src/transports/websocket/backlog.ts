import type { Clock } from '../../core/ports/clock.ts'

/**
 * What had been read from a link when it was paused: handed on a few kilobytes a
 * turn, in order.
 *
 * One read can hold thousands of messages. A client that sends them is not to
 * have the event loop for longer than a moment while others wait.
 */
export class Backlog {
  readonly #clock: Clock
  readonly #handlers: BacklogHandlers
  #messages: Message[] = []
  #isPassing = false

  constructor(clock: Clock, handlers: BacklogHandlers) {
    this.#clock = clock
    this.#handlers = handlers
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0
  }

  add(bytes: Buffer, isBinary: boolean): void {
    this.#messages.push({ bytes, isBinary })
    this.#passSoon()
  }

  /** Hands on all that is left, at once. */
  flush(): void {
    this.#pass(Number.POSITIVE_INFINITY)
  }

  #passSoon(): void {
    if (this.#isPassing) return
    this.#isPassing = true
    this.#clock.soon(() => {
      this.#isPassing = false
      this.#pass(bytesPerTurn)
      if (this.isEmpty) this.#handlers.onEmpty()
      else this.#passSoon()
    })
  }

  #pass(maxBytes: number): void {
    let passedBytes = 0
    let passed = 0
    for (const { bytes, isBinary } of this.#messages) {
      if (passedBytes >= maxBytes) break
      passedBytes += bytes.length
      passed += 1
      this.#handlers.onMessage(bytes, isBinary)
    }
    this.#messages = this.#messages.slice(passed)
  }
}

/** Where a backlog goes. */
export interface BacklogHandlers {
  onMessage(bytes: Buffer, isBinary: boolean): void
  /** Nothing waits any more. */
  onEmpty(): void
}

interface Message {
  readonly bytes: Buffer
  readonly isBinary: boolean
}

/** As many small frames as take a few milliseconds. */
const bytesPerTurn = 4 * 1024
