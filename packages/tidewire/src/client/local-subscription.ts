import type { Position } from '../protocol/position.ts'
import { onAbort } from './abort.ts'
import { deferred } from './deferred.ts'
import type { Feed, FeedSubscriber } from './feed.ts'
import { callGuarded } from './listeners.ts'
import type {
  ChannelEvent,
  Gap,
  Recovered,
  SubscribeOptions,
  Subscription,
} from './subscription.ts'
import { disposed, handlerFailed, TidewireError } from './tidewire-error.ts'

/**
 * One handler's membership in a feed. Guards the application's functions, and
 * sees to it that what it has no function for is told by the `error` event.
 */
export class LocalSubscription implements Subscription, FeedSubscriber {
  readonly channel: string
  readonly #feed: Feed
  readonly #parts: SubscriptionParts
  readonly #report: (error: TidewireError) => void
  readonly #ready = deferred<Position | null>()
  /** Not there yet while the constructor runs, when the signal was aborted before. */
  readonly #stopListening: (() => void) | undefined
  #isOver = false
  #lastPosition: Position | null = null

  constructor(feed: Feed, parts: SubscriptionParts, report: (error: TidewireError) => void) {
    this.channel = feed.channel
    this.#feed = feed
    this.#parts = parts
    this.#report = report
    feed.join(this)
    this.#stopListening = onAbort(parts.options.signal, (error) => this.#leave(error))
  }

  get position(): Position | null {
    return this.#isOver ? this.#lastPosition : this.#feed.position
  }

  get ready(): Promise<Position | null> {
    return this.#ready.promise
  }

  dispose(): void {
    this.#leave(disposed())
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  onBegin(position: Position | null): void {
    this.#ready.resolve(position)
  }

  onEvent(event: ChannelEvent): void {
    this.#tell(this.#parts.handler, event)
  }

  onGap(gap: Gap): void {
    const message = `${this.channel} missed ${gap.missed ?? 'some'} events: ${gap.reason}`
    this.#tell(this.#parts.options.onGap, gap, new TidewireError('GAP', message))
  }

  onRecovered(recovered: Recovered): void {
    this.#tell(this.#parts.options.onRecovered, recovered)
  }

  onEnd(error: TidewireError): void {
    const { code, message } = error
    if (code !== 'DISPOSED') this.#tell(this.#parts.options.onEnd, { code, message }, error)
    this.#finish(error)
  }

  #tell<TValue>(
    handler: ((value: TValue) => unknown) | undefined,
    value: TValue,
    orElse?: TidewireError,
  ): void {
    // It may be over since another handler of this very event, or of one before it.
    if (this.#isOver) return
    if (handler !== undefined) callGuarded(handler, value, this.#onThrow)
    else if (orElse !== undefined) this.#report(orElse)
  }

  #leave(error: TidewireError): void {
    if (this.#finish(error)) this.#feed.leave(this)
  }

  /** False when it was over before. */
  #finish(error: TidewireError): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#lastPosition = this.#feed.position
    this.#stopListening?.()
    this.#ready.reject(error)
    this.#parts.onOver?.(error)
    return true
  }

  readonly #onThrow = (cause: unknown): void => {
    this.#report(handlerFailed(this.channel, cause))
  }
}

/** What a subscription is made of. */
export interface SubscriptionParts {
  readonly handler: (event: ChannelEvent) => unknown
  readonly options: SubscribeOptions
  /** Called once at its end, whoever ended it: `DISPOSED` and `ABORTED` were this side. */
  readonly onOver?: (error: TidewireError) => void
}
