import type { Channel } from '../channel/channel.ts'
import type { ChannelRule } from '../channel/rules.ts'
import type { Counters } from '../counters.ts'
import type { RateLimits } from '../limits/rate-limits.ts'
import type { Methods } from '../methods.ts'
import type { Broker } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Corkable } from '../pump.ts'
import type { Tracing } from '../tracing.ts'
import type { Authenticator } from './authenticator.ts'
import type { Limits } from './limits.ts'

/**
 * What all connections of a node work with. The hub is one, and more; this is
 * the part of it that connections and commands may touch.
 */
export interface Engine {
  readonly authenticator: Authenticator
  readonly broker: Broker
  readonly clock: Clock
  readonly counters: Counters
  readonly limits: Limits
  readonly logger: Logger
  /** What clients may call, by name. */
  readonly methods: Methods
  /** How fast clients may send. */
  readonly rates: RateLimits
  /** Null where nobody traces. */
  readonly tracing: Tracing | null
  /** Coarse timers, many of them. */
  readonly wheel: Clock

  /** What holds for a channel; null for a name nothing was declared for. */
  ruleOf(name: string): ChannelRule | null
  /** The channel of this name on this node, made when nobody has read it yet. */
  channel(name: string, rule: ChannelRule): Channel
  /** Lets a channel go, if nobody reads it any more. */
  release(name: string): void
  /** The connection has ended; may be told twice. */
  forget(connectionId: string): void
  /** During a pass of the pump: holds back what a connection is sent until its end. */
  cork(connection: Corkable): void
}
