import type { Position } from '../protocol/position.ts'
import { onAbort } from './abort.ts'
import type { Feed } from './feed.ts'
import type { FeedSubscriber } from './feed-ports.ts'
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
  readonly ready: Promise<Position | null>
  readonly #feed: Feed
  readonly #parts: SubscriptionParts
  readonly #report: (error: TidewireError) => void
  #accept: (position: Position | null) => void = () => undefined
  #refuse: (error: TidewireError) => void = () => undefined
  /** Not there yet while the constructor runs, when the signal was aborted before. */
  readonly #stopListening: (() => void) | undefined
  #isOver = false
  #lastPosition: Position | null = null

  constructor(feed: Feed, parts: SubscriptionParts, report: (error: TidewireError) => void) {
    this.channel = feed.channel
    this.#feed = feed
    this.#parts = parts
    this.#report = report
    this.ready = new Promise((resolve, reject) => {
      this.#accept = resolve
      this.#refuse = reject
    })
    // That it rejects goes unnoticed unless somebody looks at it.
    this.ready.catch(() => undefined)
    feed.join(this)
    this.#stopListening = onAbort(parts.options.signal, (error) => this.#leave(error))
  }

  get position(): Position | null {
    return this.#isOver ? this.#lastPosition : this.#feed.position
  }

  dispose(): void {
    this.#leave(disposed())
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  onBegin(position: Position | null): void {
    this.#accept(position)
  }

  onEvent(event: ChannelEvent): void {
    this.#tell(this.#parts.handler, event)
  }

  onGap(gap: Gap): void {
    const message = `${this.channel} missed ${gap.missed ?? 'some'} events: ${gap.reason}`
    this.#tell(this.#parts.options.onGap, gap, new TidewireError('GAP', { message }))
  }

  onRecovered(recovered: Recovered): void {
    this.#tell(this.#parts.options.onRecovered, recovered)
  }

  onEnd(error: TidewireError): void {
    if (error.code !== 'DISPOSED') this.#tell(this.#parts.options.onEnd, error, error)
    this.#finish(error)
  }

  #tell<TValue>(
    handler: ((value: TValue) => unknown) | undefined,
    value: TValue,
    orElse?: TidewireError,
  ): void {
    // It may be over since another handler of this very event, or of one before it.
    if (this.#isOver) return
    if (handler !== undefined) {
      callGuarded(handler, value, (cause) => this.#report(handlerFailed(this.channel, cause)))
    } else if (orElse !== undefined) this.#report(orElse)
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
    this.#refuse(error)
    this.#parts.onOver?.(error)
    return true
  }
}

/** What a subscription is made of. */
export interface SubscriptionParts {
  readonly handler: (event: ChannelEvent) => unknown
  readonly options: SubscribeOptions
  /** Called once at its end, whoever ended it: `DISPOSED` and `ABORTED` were this side. */
  readonly onOver?: (error: TidewireError) => void
}
