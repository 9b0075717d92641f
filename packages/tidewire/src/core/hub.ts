import { jsonCodec } from '../protocol/json-codec.ts'
import { AbsentClients } from './absent-clients.ts'
import { Channel, type ChannelContext } from './channel/channel.ts'
import { checkPayload } from './channel/payload-schema.ts'
import type { ChannelRule, ChannelRules } from './channel/rules.ts'
import type { Authenticator } from './connection/authenticator.ts'
import { Connection } from './connection/connection.ts'
import type { Engine } from './connection/engine.ts'
import type { Limits } from './connection/limits.ts'
import { type Counters, createCounters } from './counters.ts'
import { type DisconnectTarget, meantBy } from './disconnect-target.ts'
import { Drain, type DrainPlan } from './drain.ts'
import { RateLimits } from './limits/rate-limits.ts'
import type { Methods } from './methods.ts'
import { type Page, pageOf } from './page.ts'
import type { Broker, Published } from './ports/broker.ts'
import type { Clock } from './ports/clock.ts'
import type { MakeId } from './ports/ids.ts'
import type { AcceptLink } from './ports/link.ts'
import type { Logger } from './ports/logger.ts'
import type { Tracer } from './ports/tracer.ts'
import { type Corkable, Pump } from './pump.ts'
import { type PublishSpan, Tracing } from './tracing.ts'

/**
 * Fan-out in one process: the channels that are read here and the connections
 * that read them. A channel lives as long as somebody reads it.
 */
export class Hub implements Engine {
  readonly authenticator: Authenticator
  readonly broker: Broker
  readonly clock: Clock
  readonly counters: Counters = createCounters()
  readonly limits: Limits
  readonly logger: Logger
  readonly methods: Methods
  readonly rates: RateLimits
  readonly tracing: Tracing | null
  readonly wheel: Clock
  readonly #makeId: MakeId
  readonly #rules: ChannelRules
  readonly #pump: Pump
  readonly #channelContext: ChannelContext
  readonly #channels = new Map<string, Channel>()
  readonly #connections = new Map<string, Connection>()
  readonly #absent: AbsentClients
  /** The latest; null as long as nobody is sent away. */
  #drain: Drain | null = null

  constructor(options: HubOptions) {
    const { broker, clock, logger, wheel } = options
    this.authenticator = options.authenticator
    this.broker = broker
    this.clock = clock
    this.limits = options.limits
    this.logger = logger
    this.methods = options.methods
    this.rates = new RateLimits(options.limits)
    this.tracing = options.tracer === undefined ? null : new Tracing(options.tracer, logger)
    this.wheel = wheel
    this.#absent = new AbsentClients(clock)
    this.#makeId = options.makeId
    this.#rules = options.rules
    this.#pump = new Pump(clock, {
      dutyCycle: options.dutyCycle,
      onPass: (tookMs) => this.counters.passSeconds.observe(tookMs / 1_000),
      onFailure: (cause) => logger.error('a flush failed', { cause }),
    })
    const { counters, tracing } = this
    const pump = this.#pump
    const codec = jsonCodec
    this.#channelContext = { broker, pump, codec, clock, wheel, counters, tracing, logger }
    broker.onInterruption?.(() => {
      for (const channel of this.#channels.values()) channel.readOn()
    })
  }

  /** How many connections are open. */
  get connectionCount(): number {
    return this.#connections.size
  }

  /** Open connections by transport; single requests over HTTP are `http`. O(connections). */
  get connectionsByTransport(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = { websocket: 0, sse: 0, 'long-poll': 0, http: 0 }
    for (const { transport } of this.#connections.values()) {
      counts[transport] = (counts[transport] ?? 0) + 1
    }
    return counts
  }

  /** How many channels are read on this node, and how many of their readers are not in step. O(channels). */
  get channelTotals(): { readonly channels: number; readonly readersBehind: number } {
    let readersBehind = 0
    for (const channel of this.#channels.values()) readersBehind += channel.behind
    return { channels: this.#channels.size, readersBehind }
  }

  /** What is open on this node, one page by id. A single request over HTTP is no part of it. */
  connectionPage(page: Page): readonly Connection[] {
    return pageOf(this.#lasting(), page).flatMap((id) => this.#connections.get(id) ?? [])
  }

  /** What is read on this node, one page by name. */
  channelPage(page: Page): readonly Channel[] {
    return pageOf(this.#channels.keys(), page).flatMap((name) => this.#channels.get(name) ?? [])
  }

  /** Takes a new link from a transport. */
  readonly accept: AcceptLink = (link, handshake) => {
    const connectionId = this.#makeId()
    const connection = new Connection({ connectionId, link, handshake }, this)
    this.#connections.set(connectionId, connection)
    connection.start()
    this.#drain?.onOpen(connection)
    return connection
  }

  /** What holds for a channel; null for a name nothing was declared for. */
  ruleOf(name: string): ChannelRule | null {
    return this.#channels.get(name)?.rule ?? this.#rules.find(name)
  }

  /** The channel of this name on this node, made when nobody has read it yet. */
  channel(name: string, rule: ChannelRule): Channel {
    const known = this.#channels.get(name)
    if (known !== undefined) return known
    const channel = new Channel(name, rule, this.#channelContext)
    this.#channels.set(name, channel)
    return channel
  }

  /** Lets a channel go that nobody reads any more. */
  release(name: string): void {
    const channel = this.#channels.get(name)
    if (channel === undefined || !channel.isDeserted) return
    this.#channels.delete(name)
    channel.detach()
  }

  forget(connectionId: string): void {
    const connection = this.#connections.get(connectionId)
    if (connection === undefined) return
    this.#connections.delete(connectionId)
    this.#absent.onEnd(connection)
    this.#drain?.onEnd()
  }

  cork(connection: Corkable): void {
    this.#pump.cork(connection)
  }

  /**
   * Publishes as the server: no channel rule is asked, the schema is.
   *
   * @throws TypeError for a channel that is not declared or a payload that does
   *   not fit; BrokerUnavailable.
   */
  publish(name: string, payload: unknown, key?: string): Promise<Published> {
    const pattern = this.tracing === null ? undefined : this.ruleOf(name)?.pattern
    if (pattern === undefined || this.tracing === null) return this.#publish({ name, payload, key })
    return this.tracing.publish(pattern, (span) => this.#publish({ name, payload, key }, span))
  }

  async #publish({ name, payload, key }: OwnPublish, span?: PublishSpan): Promise<Published> {
    const rule = this.ruleOf(name)
    if (rule === null) throw new TypeError(`no channel is declared for ${JSON.stringify(name)}`)
    const sentJson = key === undefined || rule.schema === null ? undefined : jsonIn(payload)
    const checked = await checkPayload(rule.schema, payload)
    if (!checked.ok) throw new TypeError(`${name}: ${checked.message}`)
    const event = { payloadJson: checked.json, ...(key !== undefined && { key, sentJson }) }
    if (span === undefined) return this.broker.publish(name, event, rule.history)
    const traced = { ...event, trace: span.trace }
    const published = await this.broker.publish(name, traced, rule.history)
    span.stored(published)
    return published
  }

  /**
   * Ends what is open on this node of a user, of a session, or one connection:
   * 4006, its client does not come back by itself. The answer is how many ended.
   *
   * @throws TypeError for a target that does not say whose.
   */
  disconnect(target: DisconnectTarget): number {
    const isMeant = meantBy(target)
    const meant = [...this.#connections.values()].filter(isMeant)
    for (const connection of meant) connection.revoke()
    return meant.length
  }

  /**
   * Sends everybody on their way, and resolves when they have gone. May be called
   * again: the latest plan counts.
   */
  drain(plan: DrainPlan): Promise<void> {
    const before = this.#drain
    const node = { open: this.#connections, absent: this.#absent }
    this.#drain = new Drain(node, plan, this.clock)
    before?.stop(this.#drain.ended)
    return this.#drain.ended
  }

  *#lasting(): Iterable<string> {
    for (const [id, { transport }] of this.#connections) if (transport !== 'http') yield id
  }

  /** Says goodbye to everybody: 1001. */
  close(): void {
    for (const connection of [...this.#connections.values()]) connection.close('goingAway')
    this.#drain?.stop()
  }
}

/** A payload before its schema has seen it, which may make JSON of what is none yet. */
function jsonIn(payload: unknown): string | undefined {
  try {
    return JSON.stringify(payload)
  } catch {
    return undefined
  }
}

/** What the server publishes itself. */
interface OwnPublish {
  readonly name: string
  readonly payload: unknown
  readonly key: string | undefined
}

/** What a hub is made of. */
export interface HubOptions {
  readonly rules: ChannelRules
  readonly methods: Methods
  readonly broker: Broker
  readonly authenticator: Authenticator
  readonly limits: Limits
  readonly clock: Clock
  /** Coarse timers for what every connection waits for. */
  readonly wheel: Clock
  readonly logger: Logger
  readonly makeId: MakeId
  /** How many times as long as a pass the pump rests after it. */
  readonly dutyCycle: number
  /** Gets spans from publish to delivery. Default: nobody does. */
  readonly tracer?: Tracer | undefined
}
