import type { ServerFrame } from '../protocol/frames.ts'
import { aborted } from './abort.ts'
import { backoffDelay } from './backoff.ts'
import { ChannelHandle, type ChannelHost } from './channel-handle.ts'
import type { CallOptions } from './client.ts'
import type { ClientSettings } from './client-options.ts'
import type { ClientState } from './client-state.ts'
import { Feed } from './feed.ts'
import type { FeedHost, FeedStart } from './feed-ports.ts'
import { Handover, type HandoverHost } from './handover.ts'
import { Listeners } from './listeners.ts'
import { LocalSubscription, type SubscriptionParts } from './local-subscription.ts'
import type { OnFailure, OnReply, Reply, RequestFrame } from './request.ts'
import { Requests } from './requests.ts'
import type { Session } from './session.ts'
import type { Subscription } from './subscription.ts'
import { disposed, handlerFailed, TidewireError } from './tidewire-error.ts'

/**
 * Puts the parts of a client together: the sessions that keep the connection,
 * the requests that wait for answers, and one feed for each channel that is
 * subscribed to. Decides nothing but who gets which frame.
 */
export class TidewireClient implements ChannelHost, FeedHost, HandoverHost {
  readonly #settings: ClientSettings
  readonly #handover: Handover
  readonly #requests: Requests
  readonly #feeds = new Map<string, Feed>()
  readonly #stateListeners: Listeners<ClientState>
  readonly #errorListeners: Listeners<TidewireError>
  /** Why nothing more can be asked for; null while something can. */
  #end: TidewireError | null = null

  constructor(url: string, settings: ClientSettings) {
    this.#settings = settings
    this.#errorListeners = new Listeners(settings.report)
    this.#stateListeners = new Listeners((cause) => this.onError(handlerFailed('state', cause)))
    this.#handover = new Handover(url, settings, this)
    this.#requests = new Requests(settings, this.source)
    this.source.start()
  }

  get state(): ClientState {
    return this.source.state
  }

  get source(): Session {
    return this.#handover.current
  }

  on(event: 'state', handler: (state: ClientState) => void): () => void
  on(event: 'error', handler: (error: TidewireError) => void): () => void
  on(
    ...[event, handler]:
      | readonly ['state', (state: ClientState) => void]
      | readonly ['error', (error: TidewireError) => void]
  ): () => void {
    return event === 'state' ? this.#stateListeners.add(handler) : this.#errorListeners.add(handler)
  }

  channel(name: string): ChannelHandle {
    return new ChannelHandle(name, this)
  }

  dispose(): void {
    this.#end ??= disposed()
    this.source.dispose()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dispose()
  }

  subscribe(channel: string, parts: SubscriptionParts): Subscription {
    const feed = this.#feeds.get(channel) ?? this.#open(channel, parts.options)
    const subscription = new LocalSubscription(feed, parts, (error) => this.onError(error))
    if (this.#end !== null) feed.end(this.#end)
    return subscription
  }

  async call(method: string, payload?: unknown, { signal }: CallOptions = {}): Promise<unknown> {
    const reply = await this.ask({ type: 'call', method, payload }, signal)
    return reply.payload
  }

  async ask(frame: RequestFrame, signal: AbortSignal | undefined): Promise<Reply> {
    if (signal?.aborted) throw aborted(signal)
    if (this.#end !== null) throw this.#end
    return this.#requests.ask(frame, signal)
  }

  makeKey(): string {
    const { random } = this.#settings
    return [random(), random(), random()].join('')
  }

  request(frame: RequestFrame, onReply?: OnReply, onFailure?: OnFailure): () => void {
    return this.#requests.make(frame, onReply, onFailure)
  }

  retryLater(refusals: number, { retryAfterMs = 0 }: TidewireError, retry: () => void): () => void {
    const { clock, random } = this.#settings
    return clock.after(retryAfterMs + backoffDelay(refusals, this.#settings, random()), retry)
  }

  forget(channel: string): void {
    this.#feeds.delete(channel)
  }

  #open(channel: string, start: FeedStart): Feed {
    const feed = new Feed(channel, this, start)
    this.#feeds.set(channel, feed)
    if (this.state.kind === 'online') feed.resume()
    return feed
  }

  onState(state: ClientState): void {
    // Nothing leaves meanwhile: subscriptions go together, and before what waits for them.
    this.#requests.pause()
    // Before the application is told, so that the state and what one can do agree.
    if (state.kind === 'online') this.#resume()
    else if (state.kind === 'closed') this.#close(state)
    else this.#suspend()
    this.#stateListeners.emit(state)
  }

  onLoss(session: Session): void {
    for (const feed of this.#feeds.values()) feed.lose(session)
    this.#requests.lose(session)
  }

  isAwaiting(session: Session): boolean {
    return (
      this.#requests.isAwaiting(session) ||
      [...this.#feeds.values()].some(({ source }) => source === session)
    )
  }

  #resume(): void {
    for (const feed of this.#feeds.values()) feed.resume()
    this.#requests.resume(this.source)
  }

  #suspend(): void {
    for (const feed of this.#feeds.values()) feed.suspend()
    this.#requests.lose()
  }

  #close({ code, reason }: Closed): void {
    this.#end ??= new TidewireError('CLOSED', { message: `${code} ${reason}` })
    for (const feed of this.#feeds.values()) feed.end(this.#end)
    this.#requests.end(this.#end)
  }

  onFrame(frame: ServerFrame, session: Session): void {
    if ('id' in frame && frame.id !== undefined) return this.#requests.settle(frame.id, frame)
    if (frame.type === 'error') return this.onError(new TidewireError(frame.code, frame))
    if (!('channel' in frame)) return
    const feed = this.#feeds.get(frame.channel)
    // What comes before the ack is of a subscription that was given up (P-021).
    if (feed?.source === session) feed.take(frame)
  }

  onError(error: TidewireError): void {
    if (!this.#errorListeners.emit(error)) this.#settings.report(error)
  }
}

type Closed = Extract<ClientState, { readonly kind: 'closed' }>
