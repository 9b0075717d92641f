import type { IncomingMessage, ServerResponse } from 'node:http'
import { MemoryBroker } from '../brokers/memory.ts'
import { AdmissionQueue, type AdmissionQueueOptions } from '../core/admission/admission-queue.ts'
import { LoopDelay } from '../core/admission/loop-delay.ts'
import type { ChannelDeclarations } from '../core/channel/options.ts'
import { ChannelRules } from '../core/channel/rules.ts'
import { type Limits, limitsFrom } from '../core/connection/limits.ts'
import type { Counters } from '../core/counters.ts'
import { type DisconnectTarget, Hub } from '../core/hub.ts'
import { ConnectionQuota } from '../core/limits/connection-quota.ts'
import type { MethodDeclarations } from '../core/methods.ts'
import type { Broker, Published } from '../core/ports/broker.ts'
import { silentLogger } from '../core/ports/logger.ts'
import { TimerWheel } from '../core/timer-wheel.ts'
import type { ChannelNames, DeclaresChannels, PublishPayloadOf } from '../protocol/channel-types.ts'
import { jsonCodec } from '../protocol/json-codec.ts'
import { WebSocketTransport } from '../transports/websocket.ts'
import { authenticatorsFrom } from './auth/authenticators.ts'
import { TrustedProxies } from './client-address.ts'
import { Door } from './door.ts'
import { PlainHttp } from './http/plain-http.ts'
import { expositionOf } from './metrics/exposition.ts'
import { nodeMetrics } from './metrics/node-metrics.ts'
import type { AdmissionOptions, CompressionOptions, TidewireOptions } from './options.ts'
import { Origins } from './origins.ts'
import { Room } from './room.ts'
import { backgroundClock, randomId, systemClock } from './system.ts'
import { handleUpgrades, type NodeServer } from './upgrades.ts'

/**
 * Makes a server for the channels an application declares.
 *
 * @throws TypeError for a declaration or a limit that makes no sense.
 * @example
 * const tide = createTidewire({ channels: { 'chat:{room}': { subscribe: 'anyone' } } })
 * tide.attach(httpServer)
 * await tide.publish('chat:lobby', { text: 'hello' })
 */
export function createTidewire<
  const TChannels extends ChannelDeclarations,
  const TMethods extends MethodDeclarations = NoMethods,
>(options: TidewireOptions<TChannels, TMethods>): Tidewire<TChannels, TMethods> {
  return new Tidewire(options)
}

/** A running server: the engine, its broker and its transports, wired together. */
export class Tidewire<
  const TChannels extends ChannelDeclarations,
  const TMethods extends MethodDeclarations = NoMethods,
> implements DeclaresChannels<TChannels>, AsyncDisposable
{
  /** What was declared; `connect<typeof tide>()` takes its types from here. */
  readonly channels: TChannels
  /** What clients may call. */
  readonly methods: TMethods
  readonly #broker: Broker
  readonly #hub: Hub
  readonly #door: Door
  readonly #queue: AdmissionQueue
  readonly #loopDelay = new LoopDelay(backgroundClock)
  readonly #needsIdentity: boolean
  readonly #webSocket: WebSocketTransport
  readonly #http: PlainHttp
  readonly #detachers: (() => void)[] = []

  constructor(options: TidewireOptions<TChannels, TMethods>) {
    const limits = limitsFrom(options.limits ?? {})
    const logger = options.logger ?? silentLogger
    const clock = systemClock
    const wheel = new TimerWheel(clock)
    this.channels = options.channels
    // Without methods the type says that there are none.
    this.methods = options.methods ?? ({} as TMethods)
    const { requests, tokens } = authenticatorsFrom(options.auth ?? {}, {
      clock: wheel,
      timeoutMs: limits.authTimeoutMs,
      logger,
    })
    this.#needsIdentity = requests.areTheOnlyWay
    this.#broker = new MemoryBroker({ clock, makeId: randomId })
    this.#hub = new Hub({
      rules: new ChannelRules(options.channels),
      methods: this.methods,
      broker: this.#broker,
      authenticator: tokens,
      limits,
      clock,
      wheel,
      logger,
      makeId: randomId,
      dutyCycle: options.dutyCycle ?? defaultDutyCycle,
    })
    const { counters, rates } = this.#hub
    const quota = new ConnectionQuota(limits)
    const room = new Room({ quota, users: rates.users, counters, clock, logger })
    this.#queue = new AdmissionQueue(clock, admissionOptions(this.#loopDelay, options.admission))
    const { authenticator, areAmbient } = requests
    const proxies = new TrustedProxies(options.trustProxy)
    const allowed = options.origins ?? (areAmbient ? 'same-host' : 'any')
    const origins = new Origins({ allowed, proxies })
    this.#door = new Door({ authenticator, origins, proxies, room, queue: this.#queue, counters })
    this.#webSocket = new WebSocketTransport({
      ...transportLimits(limits),
      accept: this.#hub.accept,
      compressAboveBytes: compressAboveBytes(options.compression),
      codecs: [jsonCodec],
      clock,
      wheel,
      logger,
    })
    this.#http = new PlainHttp(options, {
      hub: this.#hub,
      door: this.#door,
      origins,
      isOpen: allowed === 'any',
      proxies,
      clock,
      isDraining: () => this.isDraining,
      metricsText: () => this.metrics(),
    })
  }

  /** How many connections are open on this node. */
  get connectionCount(): number {
    return this.#hub.connectionCount
  }

  /** What this node has done since it started: numbers that only grow. */
  get counters(): Readonly<Counters> {
    return this.#hub.counters
  }

  /** What a monitoring system should know, in Prometheus' text format; docs/reference/metrics.md tells what each means. */
  metrics(): string {
    const { counters, connectionsByTransport, channelTotals } = this.#hub
    return expositionOf(
      nodeMetrics({
        counters,
        connections: connectionsByTransport,
        ...channelTotals,
        waitingToEnter: this.#queue.length,
        loopDelayMs: this.#loopDelay.delayMs,
        isDraining: this.isDraining,
      }),
    )
  }

  /**
   * Serves WebSocket on one path of an HTTP(S) server; every other path is left
   * to the application. May be called for several servers.
   */
  attach(server: NodeServer, options: AttachOptions = {}): void {
    const { path = '/ws', rejectAnonymous = this.#needsIdentity } = options
    if (!path.startsWith('/')) throw new TypeError(`path must begin with "/", not ${path}`)
    this.#loopDelay.start()
    this.#detachers.push(
      handleUpgrades(server, path, (request, socket, head) => {
        const admit = () => this.#door.admit(request, rejectAnonymous)
        this.#webSocket.upgrade({ request, socket, head }, admit)
      }),
    )
  }

  /**
   * Answers a request for plain HTTP (PROTOCOL.md, section 8): `/api/…`, `/health`
   * and `/ready`. False, and nothing is done, for any other: it is the
   * application's. Comes before body parsers; a body that was parsed already is
   * taken from `request.body`.
   *
   * @example
   * createServer((request, response) => {
   *   if (!tide.handle(request, response)) response.writeHead(404).end()
   * })
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#http.handle(request, response)
  }

  /**
   * The same as middleware of Connect and Express, before all others.
   *
   * @example
   * app.use(tide.httpHandler())
   */
  httpHandler(): HttpHandler {
    return (request, response, next) => {
      if (!this.handle(request, response)) next()
    }
  }

  /**
   * Publishes an event; resolves when the broker has it.
   *
   * @throws TypeError for a channel that is not declared or a payload that does
   *   not fit its schema; BrokerUnavailable when nothing could be stored.
   */
  async publish<const TName extends ChannelNames<TChannels>>(
    channel: TName,
    payload: PublishPayloadOf<TChannels, TName>,
    options: PublishOptions = {},
  ): Promise<Published> {
    return this.#hub.publish(channel, payload, options.key)
  }

  /**
   * Ends the connections of a user, of a session, or one, on this node: 4006,
   * and their clients do not come back by themselves. The answer is how many.
   */
  disconnect(target: DisconnectTarget): number {
    return this.#hub.disconnect(target)
  }

  /** Whether this node takes nobody new. */
  get isDraining(): boolean {
    return this.#webSocket.isClosing
  }

  /**
   * Sends every client to another node, each in a slot of its own, and resolves
   * when the last has gone (P-061). Takes nobody new from now on: handshakes get
   * 503. A client opens its new connection before it leaves this one, so nothing
   * is missed; who is left at the deadline is closed (1012). `close` comes after it.
   *
   * @throws TypeError for times that make no sense.
   */
  async drain({ overMs = 10_000, graceMs = 5_000 }: DrainOptions = {}): Promise<void> {
    if (!(overMs >= 0 && graceMs >= 0)) throw new TypeError('drain: times are ms, 0 or more')
    const closeAfterMs = overMs + graceMs
    const ended = this.#endLinks(closeAfterMs + closeGraceMs)
    const cancel = this.#hub.drain({ overMs, closeAfterMs })
    await ended
    cancel()
  }

  /**
   * Ends every connection (1001, clients come back elsewhere) and lets go of
   * everything. The HTTP server is the application's to close.
   */
  async close(): Promise<void> {
    const ended = this.#endLinks(closeGraceMs)
    this.#hub.close()
    await ended
    for (const detach of this.#detachers.splice(0)) detach()
    this.#loopDelay.stop()
    await this.#broker.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  // Takes nobody new, and resolves when those who are there have gone.
  async #endLinks(graceMs: number): Promise<void> {
    await Promise.all([this.#webSocket.close(graceMs), this.#http.close(graceMs)])
  }
}

/** Where to serve. */
export interface AttachOptions {
  /** The path of the endpoint. Default `/ws`. */
  readonly path?: string | undefined

  /**
   * Answers 401 before 101 to who brings no credential with the handshake: a
   * cookie, Basic or a token in a header. For an endpoint of its own, next to a
   * public one. Default: only where `required` leaves no other way in.
   */
  readonly rejectAnonymous?: boolean | undefined
}

/** Middleware that passes on what is not for it. */
export type HttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => void

/** How long a drain takes. */
export interface DrainOptions {
  /** Over which time clients leave, evenly; ms. Default 10,000. More is gentler to the nodes that take them. */
  readonly overMs?: number | undefined
  /** Who has not left so much later is closed with 1012; ms. Default 5,000. */
  readonly graceMs?: number | undefined
}

/** How to publish. */
export interface PublishOptions {
  /**
   * Makes the publish idempotent: the same key in the same channel within 5 min
   * stores nothing and answers with the first position. At most 128 bytes.
   */
  readonly key?: string | undefined
}

/** What a server without methods declares. */
export type NoMethods = Readonly<Record<never, never>>

/** A fifth of a core at most; see docs/decisions/0005. */
const defaultDutyCycle = 4

/** How long clients have to answer a goodbye before their links are cut. */
const closeGraceMs = 3_000

function admissionOptions(
  loopDelay: LoopDelay,
  { maxLoopDelayMs = 100, maxWaiting = 10_000, maxWaitMs = 10_000 }: AdmissionOptions = {},
): AdmissionQueueOptions {
  return { loopDelay, maxLoopDelayMs, maxWaiting, maxWaitMs, perTurn: handshakesPerTurn }
}

/** Some 5 ms of work. */
const handshakesPerTurn = 20

function compressAboveBytes(compression: CompressionOptions | undefined): number | null {
  return compression === undefined ? null : (compression.thresholdBytes ?? 1_024)
}

function transportLimits({ maxPayloadBytes, heartbeatMs }: Limits) {
  return { maxPayloadBytes, heartbeatMs }
}
