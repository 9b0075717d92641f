import { MemoryBroker } from '../brokers/memory.ts'
import type { ChannelDeclarations } from '../core/channel/options.ts'
import { ChannelRules } from '../core/channel/rules.ts'
import { type Limits, limitsFrom } from '../core/connection/limits.ts'
import type { Counters } from '../core/counters.ts'
import { type DisconnectTarget, Hub } from '../core/hub.ts'
import type { MethodDeclarations } from '../core/methods.ts'
import type { Broker, Published } from '../core/ports/broker.ts'
import { silentLogger } from '../core/ports/logger.ts'
import { TimerWheel } from '../core/timer-wheel.ts'
import type { ChannelNames, DeclaresChannels, PublishPayloadOf } from '../protocol/channel-types.ts'
import { jsonCodec } from '../protocol/json-codec.ts'
import { WebSocketTransport } from '../transports/websocket.ts'
import { authenticatorsFrom } from './auth/authenticators.ts'
import { Door } from './door.ts'
import type { CompressionOptions, TidewireOptions } from './options.ts'
import { randomId, systemClock } from './system.ts'
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
  readonly #needsIdentity: boolean
  readonly #webSocket: WebSocketTransport
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
    this.#door = new Door({ authenticator: requests.authenticator })
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
    this.#webSocket = new WebSocketTransport({
      ...transportLimits(limits),
      accept: this.#hub.accept,
      compressAboveBytes: compressAboveBytes(options.compression),
      codecs: [jsonCodec],
      clock,
      wheel,
      logger,
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

  /**
   * Serves WebSocket on one path of an HTTP(S) server; every other path is left
   * to the application. May be called for several servers.
   */
  attach(server: NodeServer, options: AttachOptions = {}): void {
    const { path = '/ws', rejectAnonymous = this.#needsIdentity } = options
    if (!path.startsWith('/')) throw new TypeError(`path must begin with "/", not ${path}`)
    this.#detachers.push(
      handleUpgrades(server, path, (request, socket, head) => {
        const admit = () => this.#door.admit(request, rejectAnonymous)
        this.#webSocket.upgrade({ request, socket, head }, admit)
      }),
    )
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

  /**
   * Ends every connection (1001, clients come back elsewhere) and lets go of
   * everything. The HTTP server is the application's to close.
   */
  async close(): Promise<void> {
    const ended = this.#webSocket.close(closeGraceMs)
    this.#hub.close()
    await ended
    for (const detach of this.#detachers.splice(0)) detach()
    await this.#broker.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
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

function compressAboveBytes(compression: CompressionOptions | undefined): number | null {
  return compression === undefined ? null : (compression.thresholdBytes ?? 1_024)
}

function transportLimits({ maxPayloadBytes, heartbeatMs }: Limits) {
  return { maxPayloadBytes, heartbeatMs }
}
