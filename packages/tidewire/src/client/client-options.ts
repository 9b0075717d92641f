import type { Clock } from './clock.ts'
import type { Dial } from './dial.ts'
import type { Environment } from './environment.ts'
import type { TokenSource } from './reconnect-policy.ts'

/** Options of `connect`. Times are in ms. */
export interface ClientOptions {
  /** Opens links. Default: the platform's WebSocket. */
  readonly dial?: Dial | undefined

  /** Time. Default: the platform's. */
  readonly clock?: Clock | undefined

  /**
   * How long a connection, from the first dial to online with its token
   * accepted, may take. Default 10,000; beyond it the link is given up and tried
   * again.
   */
  readonly connectTimeoutMs?: number | undefined

  /**
   * Silence after which the client asks for a sign of life; after twice as long
   * the link is closed with 4010 and opened again. Default: what the server says.
   */
  readonly heartbeatMs?: number | undefined

  /** The longest delay before an attempt to reconnect. Default 30,000. */
  readonly maxDelayMs?: number | undefined

  /** The shortest delay before an attempt to reconnect. Default 500. */
  readonly minDelayMs?: number | undefined

  /** Subprotocols to offer beside Tidewire's own, such as `bearer.<token>`. Default none. */
  readonly protocols?: readonly string[] | undefined

  /** A number from 0 up to, but not, 1. Default: the platform's secure source. */
  readonly random?: (() => number) | undefined

  /**
   * How long a request, waiting for the connection included, may take.
   * Default 10,000; beyond it it rejects with `TIMEOUT`.
   */
  readonly requestTimeoutMs?: number | undefined

  /** Aborting it disposes the client. */
  readonly signal?: AbortSignal | undefined

  /**
   * Who this is, for servers that ask (P-010). A function is called on every
   * connection, so it can answer with a fresh token; when it throws, the client
   * reports `TOKEN_FAILED` and tries again later. A plain text that the server
   * refuses, or that expires, ends the client.
   */
  readonly token?: TokenSource
}

/** The options with every default in its place. */
export interface ClientSettings extends Environment, Times {
  readonly protocols: readonly string[]
  readonly token: TokenSource
}

/**
 * Fills in what was left out.
 *
 * @throws TypeError for a time that no timer can keep
 */
export function settingsFrom(options: ClientOptions, environment: Environment): ClientSettings {
  return {
    ...environment,
    clock: options.clock ?? environment.clock,
    dial: options.dial ?? environment.dial,
    random: options.random ?? environment.random,
    protocols: options.protocols ?? [],
    token: options.token,
    connectTimeoutMs: time(options, 'connectTimeoutMs', 10_000),
    heartbeatMs: time(options, 'heartbeatMs', undefined),
    maxDelayMs: time(options, 'maxDelayMs', 30_000),
    minDelayMs: time(options, 'minDelayMs', 500),
    requestTimeoutMs: time(options, 'requestTimeoutMs', 10_000),
  }
}

interface Times {
  readonly connectTimeoutMs: number
  /** Undefined: what the server says. */
  readonly heartbeatMs: number | undefined
  readonly maxDelayMs: number
  readonly minDelayMs: number
  readonly requestTimeoutMs: number
}

function time<TDefault>(
  options: ClientOptions,
  name: keyof Times,
  defaultMs: TDefault,
): number | TDefault {
  const ms = options[name]
  if (ms === undefined) return defaultMs
  if (ms > 0 && ms <= maxTimerMs) return ms
  throw new TypeError(`${name}: from 1 to ${maxTimerMs} ms`)
}

/** Beyond it a platform's timer goes off at once. */
const maxTimerMs = 2 ** 31 - 1
