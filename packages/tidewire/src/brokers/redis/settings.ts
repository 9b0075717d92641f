import { type Logger, silentLogger } from '../../core/ports/logger.ts'

/**
 * What a Redis broker can be told, with every default in its place.
 */

/** What a Redis broker is told. */
export interface RedisBrokerOptions {
  /**
   * What the names of all keys and pub/sub channels begin with. Default
   * `tidewire:`. Two deployments on one Redis need two, whatever their database
   * is: pub/sub knows no databases. Braces and spaces are a TypeError.
   */
  readonly prefix?: string | undefined
  /**
   * How long a call waits for Redis, in ms. Default 5,000; then it rejects with
   * `BrokerUnavailable`. Whether a publish was stored is then not known: with a
   * key it can be repeated.
   */
  readonly timeoutMs?: number | undefined
  /** Calls without an answer. Default 50,000; the next rejects with `BrokerUnavailable` at once. */
  readonly maxPending?: number | undefined
  /**
   * How long a publish key is remembered, in ms. Default 5 min; later the same
   * key stores again. A key takes about 200 bytes of Redis' memory for that time.
   */
  readonly dedupeWindowMs?: number | undefined
  /**
   * How long the position of a channel stays valid when nobody publishes to it or
   * reads it, in ms. Default 30 days; who comes back later is told that the epoch
   * changed. History ends with it, too.
   */
  readonly positionTtlMs?: number | undefined
  /**
   * Whether Redis has all it has acknowledged after a restart and after a failover.
   * Default false: then each begins a new epoch, and readers are told that events
   * may be lost. True is right only for one server with `appendfsync always`: when
   * it does lose its last events, their offsets are given to others, and readers
   * miss those without being told. The same for all servers.
   */
  readonly trustRestarts?: boolean | undefined
  /** Is told when Redis is gone and when it is back. Default: nobody. */
  readonly logger?: Logger | undefined
}

/** Options with every default in its place. */
export type RedisSettings = {
  readonly [TName in keyof RedisBrokerOptions]-?: Exclude<RedisBrokerOptions[TName], undefined>
}

/** @throws TypeError for options that make no sense. */
export function settingsOf(options: RedisBrokerOptions): RedisSettings {
  const settings = { ...defaults, ...given(options) }
  for (const name of ['timeoutMs', 'maxPending', 'dedupeWindowMs', 'positionTtlMs'] as const) {
    if (!(settings[name] >= 1)) throw new TypeError(`redisBroker: ${name} is 1 or more`)
  }
  return settings
}

const defaults: RedisSettings = {
  prefix: 'tidewire:',
  timeoutMs: 5_000,
  maxPending: 50_000,
  dedupeWindowMs: 5 * 60_000,
  positionTtlMs: 30 * 24 * 60 * 60_000,
  trustRestarts: false,
  logger: silentLogger,
}

/** Options that were given as undefined are not given. */
function given(options: RedisBrokerOptions): Partial<RedisSettings> {
  // What is left has a value of its option's type.
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<RedisSettings>
}
