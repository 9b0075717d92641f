import type { ChannelEvent, Subscription } from './subscription.ts'
import { TidewireError } from './tidewire-error.ts'

/**
 * A channel's events for `for await`.
 *
 * What the loop has not taken yet waits in a buffer with a bound. A loop that
 * falls behind it ends with an error in the place of the first event that did
 * not fit: nothing is left out without a word.
 */
export function eventStream(
  maxBuffered: number,
  subscribe: (handlers: StreamHandlers) => Subscription,
): AsyncGenerator<ChannelEvent, void> {
  const buffer = new EventBuffer(maxBuffered)
  const subscription = subscribe({
    onEvent(event) {
      if (!buffer.push(event)) subscription.dispose()
    },
    onOver: (error) => buffer.end(error),
  })
  const events = drain(buffer, subscription)
  const leave = events.return.bind(events)
  // A generator runs no `finally` before its first event, and none while it
  // waits for one: whoever leaves then must not have to wait for another.
  events.return = (value) => {
    subscription.dispose()
    return leave(value)
  }
  return events
}

/** How a stream is fed. */
export interface StreamHandlers {
  readonly onEvent: (event: ChannelEvent) => void
  readonly onOver: (error: TidewireError) => void
}

async function* drain(
  buffer: EventBuffer,
  subscription: Subscription,
): AsyncGenerator<ChannelEvent, void> {
  try {
    for (let event = await buffer.take(); event; event = await buffer.take()) yield event
  } finally {
    subscription.dispose()
  }
}

class EventBuffer {
  readonly #events: ChannelEvent[] = []
  readonly #max: number
  #end: TidewireError | null = null
  #wake: () => void = () => undefined

  constructor(max: number) {
    this.#max = max
  }

  /** False when it is full: then it takes no more, and ends there. */
  push(event: ChannelEvent): boolean {
    const isFull = this.#events.length >= this.#max
    if (isFull) {
      const message = `${event.channel}: the loop is more than ${this.#max} events behind`
      this.end(new TidewireError('BUFFER_OVERFLOW', message))
    } else this.#events.push(event)
    this.#wake()
    return !isFull
  }

  /** Ends it after what it holds; the first reason counts. */
  end(reason: TidewireError): void {
    this.#end ??= reason
    this.#wake()
  }

  /** The oldest event, when there is one; null after an end of this side's own making. */
  async take(): Promise<ChannelEvent | null> {
    while (this.#events.length === 0 && this.#end === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const event = this.#events.shift()
    if (event !== undefined) return event
    if (this.#end?.code === 'DISPOSED' || this.#end?.code === 'ABORTED') return null
    throw this.#end
  }
}
