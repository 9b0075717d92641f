import type { ApiKeyOptions, ChannelOptions, Limits, TidewireOptions } from '../../node/index.ts'
import type { LogLevel } from '../json-logger.ts'

/**
 * The config of `tidewire serve`: what a file, the environment and flags say
 * together. Only the types; they are read by `serve-config-shape.ts`, and listed
 * for operators by `settings.ts`.
 */
export interface ServeConfig {
  /** The address to listen on. Default `127.0.0.1`: this machine only. */
  readonly host?: string
  /** The port to listen on. Default 3000; 0 takes a free one. */
  readonly port?: number
  /** The path of the WebSocket endpoint. Default `/ws`. */
  readonly path?: string
  /**
   * Whether the port goes from one process to the next: waits at the start for as
   * long as another has it, and gives it up at SIGTERM, before the clients go.
   * Default false: a port in use is a failure, and one's own is kept to the end.
   */
  readonly handOver?: boolean
  /** Serves `https:` and `wss:`. Default: plain, for behind a proxy. */
  readonly tls?: TlsFiles
  /** How connections say who they are. Default: everybody is anonymous. */
  readonly auth?: ServedAuth
  /** The channels there are, by pattern. A name no pattern covers is `FORBIDDEN`. */
  readonly channels: ServedChannels
  /** What clients may use; see `Limits` for defaults. */
  readonly limits?: Partial<Limits>
  /** Whose pages may connect; see `TidewireOptions`. */
  readonly origins?: readonly string[] | 'any'
  /** The proxies whose `X-Forwarded-For` is believed. Default none. */
  readonly trustProxy?: readonly string[]
  /** Where plain HTTP is. */
  readonly api?: ServedApi
  /** The keys of backends, by their hashes. Default none. */
  readonly apiKeys?: readonly ServedApiKey[]
  /** Compresses shared frames. Default off. */
  readonly compression?: NonNullable<TidewireOptions<ServedChannels>['compression']>
  /**
   * How many times as long as a pass took the pump rests after it. Default 4, at
   * most 1,000; more costs less CPU and delivers later under load, 0 never rests.
   */
  readonly dutyCycle?: number
  /** How newcomers are let in when many come at once. */
  readonly admission?: NonNullable<TidewireOptions<ServedChannels>['admission']>
  /** How the server leaves at SIGTERM. */
  readonly drain?: ServedDrain
  /**
   * Which broker orders events, as a URL: `redis://user:password@host:6379/2`, with
   * `rediss:` over TLS. Default `memory:`, for one process.
   */
  readonly broker?: string
  /** What is logged: this and what is worse. Default `info`. */
  readonly logLevel?: LogLevel
}

/** A certificate and its key, in PEM; both are read again when they change. */
export interface TlsFiles {
  /** The certificate, followed by those of its issuers. */
  readonly certFile: string
  /** Its private key. */
  readonly keyFile: string
}

export interface ServedAuth {
  /** `required`: nothing without a credential · `optional` (the default): anonymous without one. */
  readonly mode?: 'required' | 'optional'
  /** Accepts JSON Web Tokens. Without it every token is refused. */
  readonly jwt?: ServedJwt
  /** Accepts HTTP Basic with the handshake. */
  readonly basic?: ServedBasic
  /** Where tokens may come from. Default header, subprotocol and message. */
  readonly tokenFrom?: NonNullable<
    NonNullable<TidewireOptions<ServedChannels>['auth']>['tokenFrom']
  >
  /**
   * Answers 401 to a WebSocket handshake without a credential. Only with mode
   * `required`. Default: only where no token could follow in the first frame.
   */
  readonly rejectAnonymous?: boolean
}

/** One way to verify tokens, and what they have to say; see `jwtAuth`. */
export interface ServedJwt {
  /** The shared secret itself, 32 bytes or more. */
  readonly secret?: string
  /** The file it is in; a line break at its end is not part of it. */
  readonly secretFile?: string
  /** The issuer's public key, in PEM. */
  readonly publicKeyFile?: string
  /** Where the issuer's key set is. */
  readonly jwksUrl?: string
  /** The signatures that are taken. Default by the kind of key; a token never adds one. */
  readonly algorithms?: readonly string[]
  /** A token names one of these in `aud`. Default: not looked at. */
  readonly audience?: readonly string[]
  /** A token names one of these in `iss`. Default: not looked at. */
  readonly issuer?: readonly string[]
  /** How far the issuer's clock may be off, in ms. Default 0, at most 300,000. */
  readonly clockToleranceMs?: number
}

/** Names and passwords for HTTP Basic. */
export interface ServedBasic {
  /** What a browser shows beside its prompt. Default `tidewire`. */
  readonly realm?: string
  /** The hash of each user's password; `tidewire password` makes one. */
  readonly users: Readonly<Record<string, string>>
}

export interface ServedApi {
  /** Where it begins. Default `/api`. */
  readonly path?: string
  /** The declared pattern of a user's own channel, such as `user:{userId}`. Default: none. */
  readonly userChannel?: string
  /** Whether `/health`, `/ready` and `/metrics` are answered. Default true. */
  readonly probes?: boolean
  /** Who may read `/metrics`: `keys` with the scope `metrics` (the default), or `anybody`. */
  readonly metrics?: 'anybody' | 'keys'
}

/** An API key as a config has it. */
export type ServedApiKey = Omit<ApiKeyOptions, 'channels'> & {
  readonly channels?: readonly string[]
}

/** Times of a drain, in ms. */
export interface ServedDrain {
  /** Over which time clients are sent away. Default 10,000. */
  readonly overMs?: number
  /** How much later those that are left are closed. Default 5,000. */
  readonly graceMs?: number
}

/** What a config can say of a channel: all but its schema and its permissions, which are code. */
export type ServedChannel = Omit<ChannelOptions, 'schema' | 'canSubscribe' | 'canPublish'>

export type ServedChannels = Readonly<Record<string, ServedChannel>>
