import type { ChannelDeclarations } from '../core/channel/options.ts'
import type { Limits } from '../core/connection/limits.ts'
import type { MethodDeclarations } from '../core/methods.ts'
import type { Broker } from '../core/ports/broker.ts'
import type { Logger } from '../core/ports/logger.ts'
import type { Tracer } from '../core/ports/tracer.ts'
import type { AuthStrategy } from './auth/auth-strategy.ts'
import type { VerifyToken } from './auth/token-auth.ts'
import type { TokenCarrier } from './auth/token-carriers.ts'
import type { ApiKeyOptions } from './http/api-keys.ts'
import type { ApiOptions } from './http/api-options.ts'

/** What a Tidewire server is told. */
export interface TidewireOptions<
  TChannels extends ChannelDeclarations,
  TMethods extends MethodDeclarations = MethodDeclarations,
> {
  /**
   * The channels there are, by pattern. A name no pattern covers is `FORBIDDEN`; of
   * several that cover it a literal one counts, else the first. One behind another
   * that has all its names is a TypeError.
   */
  readonly channels: TChannels

  /** What clients may call, by name: request and response. Default: nothing. */
  readonly methods?: TMethods | undefined

  /** Who may connect. Default: anybody, as nobody in particular. */
  readonly auth?: AuthOptions | undefined

  /**
   * Whose pages may connect: origins such as `https://app.example`, compared by
   * scheme, host and port, or `any`. A list is the whole of it: pages that come from
   * this server have to be on it, too. Another page's handshake gets 403; what is no
   * browser sends no `Origin` and is let through. Default: pages of the very host
   * that is asked when a strategy takes what browsers send by themselves (cookies,
   * Basic), else any. An entry that is no origin is a TypeError.
   */
  readonly origins?: readonly string[] | 'any' | undefined

  /**
   * The proxies in front of this server whose `X-Forwarded-For` and
   * `X-Forwarded-Host` are believed: addresses, CIDR blocks, `loopback` or
   * `private` (RFC 1918 and fc00::/7). Default none: the headers are ignored, as
   * anybody can send them. Behind a proxy that is not listed all clients have its
   * address. A block wider than /8 (IPv6: /7) is a TypeError: it would believe
   * anybody.
   */
  readonly trustProxy?: readonly string[] | undefined

  /**
   * What orders events and keeps history, and carries both between processes:
   * `redisBroker(client)` from `tidewire/brokers/redis`. Each server needs one of its own, and closes
   * it when it is closed. Default: memory, for one process; its history ends with it.
   */
  readonly broker?: Broker | undefined

  /** What clients may use. Each has a safe default; see `Limits`. */
  readonly limits?: Partial<Limits> | undefined

  /**
   * Compresses shared frames once for all clients that can read it
   * (permessage-deflate, no context takeover). Default off: compression of a
   * secret beside a stranger's text tells the secret (CRIME).
   */
  readonly compression?: CompressionOptions | undefined

  /**
   * How much the pump rests: k times as long as its last pass took. Default 4,
   * at most a fifth of a core for fan-out; more is cheaper and later, 0 never
   * rests. No event waits longer than its channel's `maxDelayMs` for it.
   */
  readonly dutyCycle?: number | undefined

  /** Where plain HTTP is, once it is mounted (`tide.httpHandler()`). */
  readonly api?: ApiOptions | undefined

  /** The keys of backends, for plain HTTP. Default: none. */
  readonly apiKeys?: readonly ApiKeyOptions[] | undefined

  /** When the server is too busy to let anybody in, and what happens then. */
  readonly admission?: AdmissionOptions | undefined

  /**
   * Gets a span for each publish and each flush that delivers it:
   * `trace.getTracer('tidewire')` of `@opentelemetry/api`. Default: nobody does, at
   * no cost. What it throws is logged once and costs the spans, nothing else.
   */
  readonly tracing?: Tracer | undefined

  /** Where the server says what went wrong. Default: nowhere. */
  readonly logger?: Logger | undefined
}

/** How newcomers are let in when many come at once. */
export interface AdmissionOptions {
  /**
   * While the event loop is later than this, newcomers wait; those that come back
   * to resume go first. Default 100 ms.
   */
  readonly maxLoopDelayMs?: number | undefined
  /** How many may wait. Default 10,000; the next gets 503 with `Retry-After`. */
  readonly maxWaiting?: number | undefined
  /** How long one may wait, in ms. Default 10,000; then it gets 503 with `Retry-After`. */
  readonly maxWaitMs?: number | undefined
}

/** What is compressed. */
export interface CompressionOptions {
  /** Frames of this many bytes and more. Default 1,024. */
  readonly thresholdBytes?: number | undefined
}

/** How connections say who they are. */
export interface AuthOptions {
  /**
   * `required`: a connection may do nothing before its token was accepted ·
   * `optional` (the default): without a token it is anonymous and may do what a
   * channel allows `anyone`.
   */
  readonly mode?: 'required' | 'optional' | undefined

  /** Says who a token belongs to; null refuses it. Without it and `strategies`, every token is refused. */
  readonly verify?: VerifyToken | undefined

  /** Other ways in, asked in this order, before `verify`. */
  readonly strategies?: readonly AuthStrategy[] | undefined

  /**
   * Where tokens may come from. Default `header`, `subprotocol` and `message`,
   * the `auth` frame; elsewhere they are ignored.
   */
  readonly tokenFrom?: readonly TokenCarrier[] | undefined
}
