import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ChannelDeclarations } from '../../core/channel/options.ts'
import type { Hub } from '../../core/hub.ts'
import type { Clock } from '../../core/ports/clock.ts'
import { SseTransport } from '../../transports/sse.ts'
import type { TrustedProxies } from '../client-address.ts'
import type { Door } from '../door.ts'
import type { Origins } from '../origins.ts'
import { type ApiKeyOptions, ApiKeys } from './api-keys.ts'
import { type ApiOptions, apiOptionsFrom } from './api-options.ts'
import { Callers } from './callers.ts'
import { Cors } from './cors.ts'
import { HttpApi } from './http-api.ts'
import { routesOf } from './routes.ts'

/** Plain HTTP of one server: its routes, its streams, and who may use them. */
export class PlainHttp {
  readonly #api: HttpApi
  readonly #sse: SseTransport

  /** @throws TypeError for options that make no sense. */
  constructor(options: PlainHttpOptions, surroundings: PlainHttpSurroundings) {
    const { hub, door, origins, isOpen, proxies, clock, isDraining, metricsText } = surroundings
    const { counters, limits, logger, wheel } = hub
    const { path, userChannel, probes, metrics } = apiOptionsFrom(
      options.api ?? {},
      options.channels,
    )
    const { heartbeatMs } = limits
    this.#sse = new SseTransport({ accept: hub.accept, clock, wheel, heartbeatMs })
    this.#api = new HttpApi({
      routes: routesOf({
        apiPath: path,
        declarations: options.channels,
        userChannel,
        hasProbes: probes,
        metricsFor: metrics,
        metricsText,
        sse: this.#sse,
        hub,
        clock,
        wheel,
        isDraining,
      }),
      callers: new Callers({
        door,
        proxies,
        keys: new ApiKeys(options.apiKeys ?? []),
        needsIdentity: hub.authenticator.need === 'required',
        needsHandshake: surroundings.needsIdentity,
      }),
      cors: new Cors({ origins, isOpen }),
      maxPayloadBytes: limits.maxPayloadBytes,
      reader: {
        wheel,
        // As long as a WebSocket may show no life.
        patienceMs: 2 * heartbeatMs,
        onCut: () => (counters.closed.heartbeatTimeout += 1),
      },
      isDraining,
      logger,
    })
  }

  /** Answers a request for one of the routes; false, and nothing is done, for any other. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#api.handle(request, response)
  }

  /** Resolves when the streams have ended; cuts those left after `graceMs`. */
  close(graceMs: number): Promise<void> {
    return this.#sse.close(graceMs)
  }
}

/** What an application says of it. */
export interface PlainHttpOptions {
  readonly channels: ChannelDeclarations
  readonly api?: ApiOptions | undefined
  readonly apiKeys?: readonly ApiKeyOptions[] | undefined
}

/** What it works with. */
export interface PlainHttpSurroundings {
  readonly hub: Hub
  readonly door: Door
  readonly origins: Origins
  /** Whether pages of any origin may ask. */
  readonly isOpen: boolean
  readonly proxies: TrustedProxies
  /** Whether who brings no credential with the handshake has no other way in. */
  readonly needsIdentity: boolean
  readonly clock: Clock
  /** Whether this node takes nobody new. */
  readonly isDraining: () => boolean
  /** The metrics of this moment, as text. */
  readonly metricsText: () => string
}
