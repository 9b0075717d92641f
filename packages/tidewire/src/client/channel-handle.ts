import type {
  HistoryOptions,
  HistoryPage,
  PublishableChannel,
  PublishOptions,
  PublishResult,
  StreamOptions,
  SubscribableChannel,
} from './channel.ts'
import { eventStream } from './event-stream.ts'
import type { SubscriptionParts } from './local-subscription.ts'
import type { Reply, RequestFrame } from './request.ts'
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

  subscribe(
    handler: (event: ChannelEvent) => unknown,
    options: SubscribeOptions = {},
  ): Subscription {
    return this.#host.subscribe(this.name, { handler, options })
  }

  events({
    maxBuffered = 1_024,
    ...options
  }: StreamOptions = {}): AsyncIterableIterator<ChannelEvent> {
    return eventStream(maxBuffered, (handler, onOver) =>
      this.#host.subscribe(this.name, {
        handler,
        // The loop is told by an exception.
        options: { ...options, onEnd: options.onEnd ?? (() => undefined) },
        onOver,
      }),
    )
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<ChannelEvent> {
    return this.events()
  }

  async publish(
    payload: unknown,
    { key = this.#host.makeKey(), echo, signal }: PublishOptions = {},
  ): Promise<PublishResult> {
    const { position = null, duplicate = false } = await this.#host.ask(
      {
        type: 'publish',
        channel: this.name,
        payload,
        // Every publish has a key, so that sending it again can do no harm.
        key,
        echo,
      },
      signal,
    )
    return { position, duplicate }
  }

  async history({ signal, ...range }: HistoryOptions = {}): Promise<HistoryPage> {
    const channel = this.name
    const frame = { ...range, type: 'history', channel } as const
    const { position = null, events = [] } = await this.#host.ask(frame, signal)
    return { position, events: events.map((event) => ({ ...event, channel })) }
  }
}

/** What a handle needs of its client. */
export interface ChannelHost {
  subscribe(channel: string, parts: SubscriptionParts): Subscription
  /** Makes a request; rejects with what became of it instead of an answer. */
  ask(frame: RequestFrame, signal: AbortSignal | undefined): Promise<Reply>
  /** A key no other publish has. */
  makeKey(): string
}
