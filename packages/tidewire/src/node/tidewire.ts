import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ChannelDeclarations } from '../core/channel/options.ts'
import type { Counters } from '../core/counters.ts'
import type { DisconnectTarget } from '../core/disconnect-target.ts'
import type { MethodDeclarations } from '../core/methods.ts'
import type { Published } from '../core/ports/broker.ts'
import type { ChannelNames, DeclaresChannels, PublishPayloadOf } from '../protocol/channel-types.ts'
import type { AttachOptions, DrainOptions, HttpHandler, PublishOptions } from './call-options.ts'
import { expositionOf } from './metrics/exposition.ts'
import { nodeMetrics } from './metrics/node-metrics.ts'
import { processMetrics } from './metrics/process-metrics.ts'
import type { TidewireOptions } from './options.ts'
import { type Parts, partsOf } from './parts.ts'
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

/** A running server. */
export class Tidewire<
  const TChannels extends ChannelDeclarations,
  const TMethods extends MethodDeclarations = NoMethods,
> implements DeclaresChannels<TChannels>, AsyncDisposable
{
  /** What was declared; `connect<typeof tide>()` takes its types from here. */
  readonly channels: TChannels
  /** What clients may call. */
  readonly methods: TMethods
  readonly #parts: Parts
  readonly #detachers: (() => void)[] = []

  constructor(options: TidewireOptions<TChannels, TMethods>) {
    this.#parts = partsOf(options, {
      isDraining: () => this.isDraining,
      metricsText: () => this.metrics(),
    })
    this.channels = options.channels
    // Without methods the type says that there are none.
    this.methods = options.methods ?? ({} as TMethods)
    this.#parts.loopDelay.start()
  }

  /** How many connections are open on this node. */
  get connectionCount(): number {
    return this.#parts.hub.connectionCount
  }

  /** What this node has done since it started: numbers that only grow. */
  get counters(): Readonly<Counters> {
    return this.#parts.hub.counters
  }

  /** What a monitoring system should know, in Prometheus' text format; docs/reference/metrics.md tells what each means. */
  metrics(): string {
    const { counters, connectionsByTransport, channelTotals } = this.#parts.hub
    const node = nodeMetrics({
      counters,
      broker: this.#parts.broker,
      connections: connectionsByTransport,
      ...channelTotals,
      waitingToEnter: this.#parts.queue.length,
      loopDelayMs: this.#parts.loopDelay.delayMs,
      isDraining: this.isDraining,
    })
    return expositionOf([...processMetrics(), ...node])
  }

  /**
   * Serves WebSocket on one path of an HTTP(S) server; every other path is left
   * to the application. May be called for several servers.
   */
  attach(server: NodeServer, options: AttachOptions = {}): void {
    const { path = '/ws', rejectAnonymous = this.#parts.needsIdentity } = options
    this.#detachers.push(
      handleUpgrades(server, path, (request, socket, head) => {
        const admit = () => this.#parts.door.admit(request, rejectAnonymous)
        this.#parts.webSocket.upgrade({ request, socket, head }, admit)
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
    return this.#parts.http.handle(request, response)
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
    return this.#parts.hub.publish(channel, payload, options.key)
  }

  /**
   * Ends the connections of a user, of a session, or one, on this node: 4006,
   * and their clients do not come back by themselves. The answer is how many.
   */
  disconnect(target: DisconnectTarget): number {
    return this.#parts.hub.disconnect(target)
  }

  /** Whether this node takes nobody new. */
  get isDraining(): boolean {
    return this.#parts.webSocket.isClosing
  }

  /**
   * Sends every client to another node, each in a slot of its own, and resolves
   * when the last has gone (P-061) and every request was answered. Takes nobody new
   * from now on: handshakes get 503. A client opens its new connection before it
   * leaves this one, so nothing is missed; who is left at the deadline is closed
   * (1012). `close` comes after it.
   *
   * @throws TypeError for times that make no sense.
   */
  async drain({ overMs = 10_000, graceMs = 5_000 }: DrainOptions = {}): Promise<void> {
    if (!(overMs >= 0 && graceMs >= 0)) throw new TypeError('drain: times are ms, 0 or more')
    const closeAfterMs = overMs + graceMs
    const ended = this.#endLinks(closeAfterMs + closeGraceMs)
    await Promise.all([ended, this.#parts.hub.drain({ overMs, closeAfterMs })])
  }

  /**
   * Ends every connection (1001, clients come back elsewhere) and lets go of
   * everything. The HTTP server is the application's to close.
   */
  async close(): Promise<void> {
    const ended = this.#endLinks(closeGraceMs)
    this.#parts.hub.close()
    await ended
    for (const detach of this.#detachers.splice(0)) detach()
    this.#parts.loopDelay.stop()
    await this.#parts.broker.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  // Takes nobody new, and resolves when those who are there have gone.
  async #endLinks(graceMs: number): Promise<void> {
    await Promise.all([this.#parts.webSocket.close(graceMs), this.#parts.http.close(graceMs)])
  }
}

/** What a server without methods declares. */
export type NoMethods = Readonly<Record<never, never>>

/** How long clients have to answer a goodbye before their links are cut. */
const closeGraceMs = 3_000
