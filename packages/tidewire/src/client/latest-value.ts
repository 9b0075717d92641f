/// <reference lib="esnext.disposable" preserve="true" />
import type { SubscribableChannel } from './channel.ts'
import type { ChannelEvent, Gap, SubscribeOptions } from './subscription.ts'

/**
 * A channel as a value that changes, in the shape of an external store:
 * `useSyncExternalStore(price.subscribe, price.get)`.
 *
 * Made for channels whose delivery is `latest`: the newest values come first, so
 * they are there soon after the subscription. On any other channel it begins
 * with the next event, or with `last`. What `get` gives never changes itself,
 * and is the same object until there is something newer.
 */

/** One value for each key. The map is empty at first. */
export function latestValue<TPayload, TKey>(
  channel: SubscribableChannel<TPayload>,
  options: LatestValuesOptions<TPayload, TKey>,
): LatestValue<ReadonlyMap<TKey, TPayload>>

/** The one newest value; undefined until the first has come. */
export function latestValue<TPayload>(
  channel: SubscribableChannel<TPayload>,
  options?: SubscribeOptions,
): LatestValue<TPayload | undefined>

export function latestValue<TPayload, TKey>(
  channel: SubscribableChannel<TPayload>,
  { keyOf, ...options }: SubscribeOptions & Partial<LatestValuesOptions<TPayload, TKey>> = {},
): LatestValue<TPayload | undefined | ReadonlyMap<TKey, TPayload>> {
  if (keyOf !== undefined) return follow(channel, keyOf, options)
  const values = follow(channel, () => null, options)
  return { ...values, get: () => values.get().get(null) }
}

/**
 * The newest of a channel, and who wants to know when it changes. A gap is no
 * loss here: without `onGap` nobody is told. After a new epoch what is old stays
 * until the first of the new one comes, and then goes.
 */
export interface LatestValue<TValue> extends Disposable {
  /** The newest there is; also after the end of the subscription. */
  get(): TValue

  /** Calls back when there is something newer, once for all that came together; the answer ends that. */
  subscribe(listener: () => void): () => void

  /** Ends it: unsubscribes, and calls no listener any more. */
  dispose(): void
}

/** Options of `latestValue` with keys. */
export interface LatestValuesOptions<TPayload, TKey> extends SubscribeOptions {
  /** What tells values apart: what the server's `conflateKey` names. Of the same key only the newest is kept. */
  readonly keyOf: (payload: TPayload) => TKey
}

function follow<TPayload, TKey>(
  channel: SubscribableChannel<TPayload>,
  keyOf: (payload: TPayload) => TKey,
  options: SubscribeOptions,
): LatestValue<ReadonlyMap<TKey, TPayload>> {
  const newest = new NewestByKey<TKey, TPayload>()
  const listeners = new Set<() => void>()
  let isTelling = false
  const tell = async () => {
    isTelling = true
    await null
    isTelling = false
    // One that throws stops no other, and is reported like any handler.
    await Promise.all([...listeners].map(async (listener) => listener()))
  }
  const take = ({ payload }: ChannelEvent<TPayload>) => {
    newest.put(keyOf(payload), payload)
    return isTelling ? undefined : tell()
  }
  const onGap = (gap: Gap) => {
    if (gap.reason === 'EPOCH_CHANGED') newest.outdate()
    return options.onGap?.(gap)
  }
  const subscription = channel.subscribe(take, { ...options, onGap })
  const dispose = () => {
    listeners.clear()
    subscription.dispose()
  }
  return {
    get: () => newest.get(),
    subscribe(listener) {
      // Wrapped, so that a function added twice is called, and taken away, twice.
      const entry = () => listener()
      listeners.add(entry)
      return () => {
        listeners.delete(entry)
      }
    },
    dispose,
    [Symbol.dispose]: dispose,
  }
}

/** The newest value of each key, as maps that never change. */
class NewestByKey<TKey, TPayload> {
  readonly #values = new Map<TKey, TPayload>()
  /** What was given out last; null when there is something newer. */
  #given: ReadonlyMap<TKey, TPayload> | null = null
  #isOutdated = false

  put(key: TKey, payload: TPayload): void {
    if (this.#isOutdated) this.#values.clear()
    this.#isOutdated = false
    this.#values.set(key, payload)
    this.#given = null
  }

  /** The next value is the first of a new epoch. */
  outdate(): void {
    this.#isOutdated = true
  }

  // Copied when it is looked at, not with every event: a batch of fifty costs
  // one copy.
  get(): ReadonlyMap<TKey, TPayload> {
    this.#given ??= new Map(this.#values)
    return this.#given
  }
}
