import { randomBytes } from 'node:crypto'
import type {
  Broker,
  BrokerEvent,
  HistoryBounds,
  HistoryPage,
  HistoryQuery,
  NewEvent,
  Published,
} from '../core/ports/broker.ts'
import type { Position } from '../protocol/position.ts'
import { fingerprintOf } from './memory/fingerprint.ts'
import { duplicateOf, type RedisClient } from './redis/client.ts'
import { CommandConnection } from './redis/command-connection.ts'
import { Delivery } from './redis/delivery.ts'
import { detailsOf, eventOfMessage } from './redis/event-text.ts'
import { RedisKeys } from './redis/keys.ts'
import { pageOf, publishedOf } from './redis/replies.ts'
import { scripts } from './redis/scripts.ts'
import { type RedisBrokerOptions, type RedisSettings, settingsOf } from './redis/settings.ts'
import { Subscriber } from './redis/subscriber.ts'

export type {
  RedisClient,
  RedisConnection,
  RedisConnectionOptions,
} from './redis/client.ts'
export type { RedisBrokerOptions } from './redis/settings.ts'

/**
 * A broker on Redis 6.2 or later: several servers with one order and one history.
 *
 * Takes a client of `ioredis` for where Redis is, and opens two connections of
 * its own like it. The client stays the application's. Every server needs a broker
 * of its own, which it closes.
 *
 * @throws TypeError for a client of a cluster, and for options that make no sense.
 * @example
 * const tide = createTidewire({ channels, broker: redisBroker(new Redis('redis://127.0.0.1')) })
 */
export function redisBroker(client: RedisClient, options: RedisBrokerOptions = {}): Broker {
  if (client.isCluster === true) {
    throw new TypeError('redisBroker: a cluster is not supported, only one server or Sentinels')
  }
  return new RedisBroker(client, settingsOf(options))
}

/** The names of channels nobody has published to come from strangers: what is kept of them leaves soon. */
const emptyTtlMs = 10 * 60_000

class RedisBroker implements Broker {
  readonly #settings: RedisSettings
  readonly #keys: RedisKeys
  readonly #commands: CommandConnection
  readonly #subscriber: Subscriber
  readonly #deliveries = new Map<string, Delivery>()
  readonly #interruptionListeners = new Set<() => void>()
  readonly #id = randomBytes(12).toString('base64url')
  #epochs = 0

  constructor(client: RedisClient, settings: RedisSettings) {
    const { timeoutMs } = settings
    this.#settings = settings
    this.#keys = new RedisKeys(settings.prefix)
    this.#commands = new CommandConnection(duplicateOf(client, 'tidewire', timeoutMs), {
      ...settings,
      database: client.options.db ?? 0,
    })
    this.#subscriber = new Subscriber(duplicateOf(client, 'tidewire-delivery', timeoutMs), {
      ...settings,
      onInterruption: () => this.#tellInterruption(),
    })
  }

  get isReachable(): boolean {
    return this.#commands.isUp && this.#subscriber.isUp
  }

  async publish(
    channel: string,
    event: NewEvent,
    history: HistoryBounds | null,
  ): Promise<Published> {
    const mark = event.key === undefined ? '' : String(fingerprintOf(event))
    const answer = await (history === null
      ? this.#publishPassing(channel, event, mark)
      : this.#publishKept(channel, event, { mark, history }))
    return publishedOf(answer, mark)
  }

  async subscribe(
    channel: string,
    receive: (event: BrokerEvent) => void,
    history: HistoryBounds | null,
  ): Promise<Position | null> {
    const delivery = new Delivery(receive)
    this.#deliveries.get(channel)?.end()
    this.#deliveries.set(channel, delivery)
    try {
      const take = (message: string) => delivery.take(eventOfMessage(message))
      await this.#subscriber.subscribe(this.#keys.events(channel), take)
      const start = history === null ? null : await this.#top(channel)
      delivery.start(start)
      return start
    } catch (cause) {
      if (this.#deliveries.get(channel) === delivery) this.unsubscribe(channel)
      throw cause
    }
  }

  unsubscribe(channel: string): void {
    const delivery = this.#deliveries.get(channel)
    if (delivery === undefined) return
    delivery.end()
    this.#deliveries.delete(channel)
    this.#subscriber.unsubscribe(this.#keys.events(channel))
  }

  async read(channel: string, query: HistoryQuery): Promise<HistoryPage> {
    const { after = 0, before = Number.MAX_SAFE_INTEGER, limit = -1, newest = false } = query
    const keys = [this.#keys.position(channel), this.#keys.log(channel)]
    const answer = await this.#commands.run(scripts.read, keys, [
      this.#newEpoch(),
      this.#trust,
      whole(after),
      whole(before),
      whole(limit),
      newest ? 'newest' : 'oldest',
      whole(emptyTtlMs),
      whole(this.#settings.positionTtlMs),
    ])
    return pageOf(answer)
  }

  onInterruption(listener: () => void): void {
    this.#interruptionListeners.add(listener)
  }

  async close(): Promise<void> {
    for (const delivery of this.#deliveries.values()) delivery.end()
    this.#deliveries.clear()
    this.#interruptionListeners.clear()
    this.#subscriber.close()
    this.#commands.close()
  }

  #publishKept(channel: string, event: NewEvent, { mark, history }: Kept): Promise<unknown> {
    const { dedupeWindowMs, positionTtlMs } = this.#settings
    const keys = [this.#keys.position(channel), this.#keys.log(channel)]
    if (event.key !== undefined) keys.push(this.#keys.publishKey(channel, event.key))
    return this.#commands.run(scripts.publishKept, keys, [
      this.#keys.events(channel),
      detailsOf(event),
      event.payloadJson,
      this.#newEpoch(),
      this.#trust,
      whole(history.maxEntries),
      whole(history.maxBytes),
      whole(history.maxAgeMs),
      whole(Math.min(positionTtlMs, history.maxAgeMs + ageSlackMs)),
      whole(positionTtlMs),
      mark,
      whole(dedupeWindowMs),
    ])
  }

  #publishPassing(channel: string, event: NewEvent, mark: string): Promise<unknown> {
    const { dedupeWindowMs } = this.#settings
    const keys = event.key === undefined ? [] : [this.#keys.publishKey(channel, event.key)]
    return this.#commands.run(scripts.publishPassing, keys, [
      this.#keys.events(channel),
      detailsOf(event),
      event.payloadJson,
      mark,
      whole(dedupeWindowMs),
    ])
  }

  // What went by unseen before the position was read is not in history for sure:
  // the position has to be of a moment after the last interruption.
  async #top(channel: string): Promise<Position> {
    const { interruptions } = this.#subscriber
    const { epoch, topOffset } = await this.read(channel, { limit: 0 })
    if (interruptions !== this.#subscriber.interruptions) return this.#top(channel)
    return { epoch, offset: topOffset }
  }

  #tellInterruption(): void {
    for (const listener of this.#interruptionListeners) listener()
  }

  get #trust(): string {
    return this.#settings.trustRestarts ? 'trusted' : 'suspected'
  }

  // For a log that is not there, or may have lost its end: never the same twice.
  #newEpoch(): string {
    this.#epochs += 1
    return `${this.#id}-${this.#epochs.toString(36)}`
  }
}

interface Kept {
  /** Tells the payload from others; empty without a key. */
  readonly mark: string
  readonly history: HistoryBounds
}

/** Redis forgets a log a little later than its events are too old. */
const ageSlackMs = 1_000

/** A number as a script reads it: whole, and exact. */
function whole(number: number): string {
  return String(Math.trunc(Math.max(-1, Math.min(number, Number.MAX_SAFE_INTEGER))))
}
