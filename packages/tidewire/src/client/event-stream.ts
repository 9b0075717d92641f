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
  subscribe: Feeding,
): AsyncGenerator<ChannelEvent, void> {
  const buffer: ChannelEvent[] = []
  let end: TidewireError | null = null
  let wake = () => {}
  const onOver = (error: TidewireError) => {
    // The first reason counts: after an overflow, disposing is none.
    end ??= error
    wake()
  }
  const onEvent = (event: ChannelEvent) => {
    if (buffer.length < maxBuffered) {
      buffer.push(event)
      return wake()
    }
    onOver(new TidewireError('BUFFER_OVERFLOW'))
    subscription.dispose()
  }
  const subscription = subscribe(onEvent, onOver)

  async function* drain(): AsyncGenerator<ChannelEvent, void> {
    while (end === null || buffer.length > 0) {
      const event = buffer.shift()
      if (event) yield event
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    if (end.code !== 'DISPOSED' && end.code !== 'ABORTED') throw end
  }

  const events = drain()
  const leave = events.return.bind(events)
  // Not a `finally` in the generator: that runs neither before its first event
  // nor while it waits for one, and whoever leaves then is to leave at once.
  events.return = (value) => {
    subscription.dispose()
    return leave(value)
  }
  return events
}

/** Subscribes for a stream: it is to learn of every event, and of the end. */
export type Feeding = (
  onEvent: (event: ChannelEvent) => void,
  onOver: (error: TidewireError) => void,
) => Subscription
