import type { ChannelEvent, Gap, Subscription } from '../../client/subscription.ts'
import { type Judge, place } from './judge.ts'
import { noteOfEvent } from './ledger.ts'
import { promise } from './violation.ts'

/**
 * One subscription of one client: passes what it is given to its judge, and
 * what the judge finds to the simulation.
 */
export class Watcher {
  readonly name: string
  readonly #judge: Judge
  readonly #host: WatcherHost
  #subscription: Subscription | null = null
  #hasBegun = false

  constructor(name: string, judge: Judge, host: WatcherHost) {
    this.name = name
    this.#judge = judge
    this.#host = host
  }

  get channel(): string {
    return this.#subscription?.channel ?? ''
  }

  /** Where the subscription stands. */
  get position(): Subscription['position'] {
    return this.#subscription?.position ?? null
  }

  /** The subscription it is the handler of. */
  watch(subscription: Subscription): void {
    this.#subscription = subscription
    subscription.ready.then(
      (position) => {
        this.#hasBegun = true
        this.#host.note(`${this.name} begins at ${place(position)}`)
        this.#judged(() => this.#judge.begin(position))
      },
      () => undefined,
    )
  }

  /** Ends the subscription. */
  dispose(): void {
    this.#subscription?.dispose()
  }

  onEvent(event: ChannelEvent): void {
    const epoch = this.#subscription?.position?.epoch ?? null
    const { id, by, echo } = noteOfEvent(event)
    this.#host.note(`${this.name} got ${id} at ${event.offset ?? '-'}`)
    this.#judged(() => {
      promise(echo || !this.#host.hasPublished(id), `${by} got its own event ${id} back`)
      this.#judge.event(event, epoch)
    })
  }

  onGap(gap: Gap): void {
    const { from, to, missed, reason } = gap
    this.#host.note(`${this.name} gap ${reason} ${place(from)} to ${place(to)}: ${missed}`)
    this.#host.count(`gap ${reason}`)
    this.#judged(() => this.#judge.gap(gap))
  }

  onRecovered(): void {
    this.#host.count('recovered')
  }

  onEnd(code: string, message: string): void {
    this.#judged(() => promise(false, `the subscription ended: ${code} ${message}`))
  }

  /** Judges that nothing is outstanding. */
  assertLevel(epoch: string | null): void {
    this.#judged(() => {
      promise(this.#hasBegun, 'the subscription was never accepted')
      this.#judge.assertLevel(epoch)
    })
  }

  // Not thrown on: these are handlers of the SDK, which would take it for its
  // application's own failure.
  #judged(check: () => void): void {
    try {
      check()
    } catch (cause) {
      this.#host.fail(`${this.name}: ${cause instanceof Error ? cause.message : cause}`)
    }
  }
}

/** What a watcher needs of the simulation. */
export interface WatcherHost {
  note(what: string): void
  count(what: string): void
  fail(what: string): void
  /** Whether the watcher's client has published it on the connection that is open now. */
  hasPublished(id: number): boolean
}
