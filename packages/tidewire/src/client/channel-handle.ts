import type {
  PublishableChannel,
  PublishOptions,
  PublishResult,
  StreamOptions,
  SubscribableChannel,
} from './channel.ts'
import { eventStream } from './event-stream.ts'
import type { SubscriptionParts } from './local-subscription.ts'
import type { ChannelEvent, SubscribeOptions, Subscription } from './subscription.ts'

/**
 * What `client.channel(name)` is at run time: a name and its client. Keeps
 * nothing, so making one costs nothing.
 */
export class ChannelHandle implements SubscribableChannel, PublishableChannel {
  readonly name: string
  readonly #host: ChannelHost

  constructor(name: string, host: ChannelHost) {
    this.name = name
    this.#host = host
  }

  subscribe(handler: (event: ChannelEvent) => void, options: SubscribeOptions = {}): Subscription {
    return this.#host.subscribe(this.name, { handler, options })
  }

  events({
    maxBuffered = 1_024,
    ...options
  }: StreamOptions = {}): AsyncIterableIterator<ChannelEvent> {
    return eventStream(maxBuffered, ({ onEvent, onOver }) =>
      this.#host.subscribe(this.name, {
        handler: onEvent,
        // The loop is told by an exception.
        options: { ...options, onEnd: options.onEnd ?? (() => undefined) },
        onOver,
      }),
    )
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<ChannelEvent> {
    return this.events()
  }

  publish(payload: unknown, options: PublishOptions = {}): Promise<PublishResult> {
    return this.#host.publish(this.name, payload, options)
  }
}

/** What a handle needs of its client. */
export interface ChannelHost {
  subscribe(channel: string, parts: SubscriptionParts): Subscription
  publish(channel: string, payload: unknown, options: PublishOptions): Promise<PublishResult>
}
