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

  /**
   * How many requests may be without an answer, those that wait for the
   * connection included. Default 1,024; beyond it, and while they hold more than
   * 1 MiB, the next publish, call or read of history
   * rejects with `QUEUE_FULL`.
   */
  readonly maxQueued?: number | undefined

  /** The shortest delay before an attempt to reconnect. Default 500. */
  readonly minDelayMs?: number | undefined

  /** Subprotocols to offer beside Tidewire's own, such as `bearer.<token>`. Default none. */
  readonly protocols?: readonly string[] | undefined

  /**
   * How long a publish may take altogether: waiting for a connection, being sent
   * again on the next one, the answer. Default 60,000, which outlives a
   * connection that died without a word; beyond it it rejects with `TIMEOUT`.
   * Keep it below the server's dedupe window (5 min): sent again after that, an
   * event could enter twice.
   */
  readonly publishTimeoutMs?: number | undefined

  /** A number from 0 up to, but not, 1. Default: the platform's secure source. */
  readonly random?: (() => number) | undefined

  /**
   * How long any other request, waiting for the connection included, may take.
   * Default 10,000; beyond it it rejects with `TIMEOUT`.
   */
  readonly requestTimeoutMs?: number | undefined

  /** Aborting it disposes the client. */
  readonly signal?: AbortSignal | undefined

  /**
   * Who this is, for servers that ask (P-010). A function is called on every
   * connection, and before its answer expires (P-013), so that it can give a
   * fresh token; when it throws, the client reports `TOKEN_FAILED` and, unless
   * the old token still holds, tries again later. A plain text that the server
   * refuses, or that expires, ends the client.
   */
  readonly token?: TokenSource
}

/** The options with every default in its place. */
export interface ClientSettings extends Environment, Numbers {
  readonly protocols: readonly string[]
  readonly token: TokenSource
}

/**
 * Fills in what was left out.
 *
 * @throws TypeError for a time that no timer can keep, or a number that is none
 */
export function settingsFrom(options: ClientOptions, environment: Environment): ClientSettings {
  // Undefined is left out, too: it must not take the place of a default.
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const changes = Object.fromEntries(given)
  for (const name of Object.keys(defaultNumbers)) {
    const number = Number(changes[name] ?? 1)
    if (!(number > 0 && number <= maxNumber)) throw new TypeError(`${name}: from 1 to ${maxNumber}`)
  }
  return { ...environment, ...defaultNumbers, protocols: [], token: undefined, ...changes }
}

interface Numbers {
  readonly connectTimeoutMs: number
  /** Undefined: what the server says. */
  readonly heartbeatMs: number | undefined
  readonly maxDelayMs: number
  readonly maxQueued: number
  readonly minDelayMs: number
  readonly publishTimeoutMs: number
  readonly requestTimeoutMs: number
}

const defaultNumbers: Numbers = {
  connectTimeoutMs: 10_000,
  heartbeatMs: undefined,
  maxDelayMs: 30_000,
  maxQueued: 1_024,
  minDelayMs: 500,
  publishTimeoutMs: 60_000,
  requestTimeoutMs: 10_000,
}

/** Beyond it a platform's timer goes off at once. */
const maxNumber = 2 ** 31 - 1
