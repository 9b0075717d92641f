import type { ChannelDeclarations } from '../core/channel/options.ts'
import type { Limits } from '../core/connection/limits.ts'
import type { MethodDeclarations } from '../core/methods.ts'
import type { Logger } from '../core/ports/logger.ts'
import type { AuthStrategy } from './auth/auth-strategy.ts'
import type { VerifyToken } from './auth/token-auth.ts'
import type { TokenCarrier } from './auth/token-carriers.ts'

/** What a Tidewire server is told. */
export interface TidewireOptions<
  TChannels extends ChannelDeclarations,
  TMethods extends MethodDeclarations = MethodDeclarations,
> {
  /** The channels there are, by pattern. A name no pattern covers is `FORBIDDEN`. */
  readonly channels: TChannels

  /** What clients may call, by name: request and response. Default: nothing. */
  readonly methods?: TMethods | undefined

  /** Who may connect. Default: anybody, as nobody in particular. */
  readonly auth?: AuthOptions | undefined

  /** What one connection may use. Each has a safe default; see `Limits`. */
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

  /** Where the server says what went wrong. Default: nowhere. */
  readonly logger?: Logger | undefined
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
