import { ChannelRules } from '../../core/channel/rules.ts'
import { Authenticator } from '../../core/connection/authenticator.ts'
import { limitsFrom } from '../../core/connection/limits.ts'
import type { Counters } from '../../core/counters.ts'
import type { DrainPlan } from '../../core/drain.ts'
import { Hub } from '../../core/hub.ts'
import type { Broker, Published } from '../../core/ports/broker.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { AcceptLink } from '../../core/ports/link.ts'
import type { Logger } from '../../core/ports/logger.ts'
import { TimerWheel } from '../../core/timer-wheel.ts'
import type { SeededRandom } from '../network/seeded-random.ts'
import { BusyClock } from './busy-clock.ts'
import type { Scenario } from './scenario.ts'

/**
 * One server process: a hub on its own broker connection, which can be
 * restarted. Its address stays the same.
 */
export class SimulatedNode {
  readonly #options: SimulatedNodeOptions
  #broker: Broker
  #hub: Hub

  constructor(options: SimulatedNodeOptions) {
    this.#options = options
    this.#broker = options.makeBroker()
    this.#hub = this.#makeHub()
  }

  /** Takes new links, whichever hub runs. */
  readonly accept: AcceptLink = (link, handshake) => this.#hub.accept(link, handshake)

  get connectionCount(): number {
    return this.#hub.connectionCount
  }

  get counters(): Counters {
    return this.#hub.counters
  }

  publish(channel: string, payload: unknown, key?: string): Promise<Published> {
    return this.#hub.publish(channel, payload, key)
  }

  /** How many entries the log of a channel that is read here holds, flushed or not. */
  logSize(channel: string): { readonly kept: number; readonly unflushed: number } {
    const rule = this.#hub.ruleOf(channel)
    if (rule === null) return { kept: 0, unflushed: 0 }
    const { log } = this.#hub.channel(channel, rule).state
    return { kept: log.top - log.floor, unflushed: log.unflushed }
  }

  /** Says goodbye to everybody and starts again with nothing. */
  restart(): void {
    this.#hub.close()
    this.#broker = this.#options.makeBroker()
    this.#hub = this.#makeHub()
  }

  /** Sends everybody elsewhere (P-061); who is left at the deadline is closed. */
  drain(plan: DrainPlan): void {
    void this.#hub.drain(plan)
  }

  close(): Promise<void> {
    this.#hub.close()
    return this.#broker.close()
  }

  #makeHub(): Hub {
    const { clock, random, scenario, logger, makeId } = this.#options
    const channels = scenario.channels.map(({ name, options }) => [name, options] as const)
    return new Hub({
      rules: new ChannelRules(Object.fromEntries(channels)),
      methods: {},
      broker: this.#broker,
      authenticator: new Authenticator({
        need: 'optional',
        strategies: [
          {
            name: 'name',
            verifyToken: (token) => ({ kind: 'accepted', identity: { userId: token } }),
          },
        ],
        logger,
      }),
      limits: limitsFrom({ maxBufferedBytes, ...unlimited }),
      clock: new BusyClock(clock, random, scenario.maxWorkMs),
      wheel: new TimerWheel(clock),
      logger,
      makeId,
      dutyCycle: 1,
    })
  }
}

// A step of the workload is a burst; what the simulation looks for is elsewhere.
const unlimited = {
  framesPerSecond: Number.MAX_SAFE_INTEGER,
  frameBurst: Number.MAX_SAFE_INTEGER,
  bytesPerSecond: Number.MAX_SAFE_INTEGER,
  userFramesPerSecond: Number.MAX_SAFE_INTEGER,
  addressFramesPerSecond: Number.MAX_SAFE_INTEGER,
}

/** So small that a run can reach it. */
export const maxBufferedBytes: number = 96 * 1024

export interface SimulatedNodeOptions {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly scenario: Scenario
  readonly logger: Logger
  readonly makeId: () => string
  /** The broker of one life of the process. */
  readonly makeBroker: () => Broker
}
