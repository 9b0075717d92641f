/**
 * What clients may use (PROTOCOL.md, section 7). Each limit is an option of the
 * server; the defaults are safe for strangers. What is over a rate is not
 * handled and answered `RATE_LIMITED`; 10 s of that without pause close 4008.
 */
export interface Limits {
  /** Bytes in one frame from a client. Default 64 KiB; beyond it close 1009. */
  readonly maxPayloadBytes: number
  /** Subscriptions at a time. Default 128; beyond it `TOO_MANY_CHANNELS`. */
  readonly maxChannels: number
  /** Bytes of answers that wait for a client that does not read. Default 1 MiB; beyond it close 4009. */
  readonly maxBufferedBytes: number
  /** Time for the first token, in ms. Default 10,000; beyond it close 4004. */
  readonly authTimeoutMs: number
  /** Time for a method's handler, in ms. Default 30,000; beyond it `HANDLER_FAILED`. */
  readonly callTimeoutMs: number
  /**
   * Time for a channel's permission, in ms, and for a schema that answers later.
   * Default 5,000; beyond it `FORBIDDEN`, and `INTERNAL` for a schema.
   */
  readonly permissionTimeoutMs: number
  /**
   * A connection that shows no life for this long, in ms, is asked; twice as long,
   * cut, and so is a request that takes nothing of its answer. Default 25,000.
   */
  readonly heartbeatMs: number
  /**
   * Frames a second from one connection, in the long run; each object of an
   * array counts, and pings do. Default 100; beyond it `RATE_LIMITED`.
   */
  readonly framesPerSecond: number
  /** Frames at once from a connection that has rested. Default 200; beyond it `RATE_LIMITED`. */
  readonly frameBurst: number
  /**
   * Bytes of messages a second from one connection, in the long run; twice as
   * many at once, and at least `maxPayloadBytes`. Default 256 KiB; beyond it
   * `RATE_LIMITED`.
   */
  readonly bytesPerSecond: number
  /**
   * Frames a second from all connections of one user on this node, twice as many
   * at once. Default 500; beyond it `RATE_LIMITED`.
   */
  readonly userFramesPerSecond: number
  /**
   * Frames a second from all connections of one address on this node, twice as
   * many at once; an IPv6 address stands for its /64. Default 5,000; beyond it
   * `RATE_LIMITED`.
   */
  readonly addressFramesPerSecond: number
  /** Connections to this node, handshakes included. Default 100,000; beyond it 503 before 101. */
  readonly maxConnections: number
  /**
   * Connections from one address, handshakes included; an IPv6 address stands for
   * its /64. Default 1,000; beyond it 429 before 101. Behind a proxy everybody
   * has its address, unless the server trusts it.
   */
  readonly maxConnectionsPerAddress: number
  /**
   * Connections of one user to this node. Default 100; beyond it 429 before 101
   * where the handshake says who it is, else close 4012 after the token.
   */
  readonly maxConnectionsPerUser: number
}

const defaultLimits: Limits = {
  maxPayloadBytes: 64 * 1024,
  maxChannels: 128,
  maxBufferedBytes: 1024 * 1024,
  authTimeoutMs: 10_000,
  callTimeoutMs: 30_000,
  permissionTimeoutMs: 5_000,
  heartbeatMs: 25_000,
  framesPerSecond: 100,
  frameBurst: 200,
  bytesPerSecond: 256 * 1024,
  userFramesPerSecond: 500,
  addressFramesPerSecond: 5_000,
  maxConnections: 100_000,
  maxConnectionsPerAddress: 1_000,
  maxConnectionsPerUser: 100,
}

/**
 * The defaults with an application's own values in their places.
 *
 * @throws TypeError for a value that is not a positive whole number.
 */
export function limitsFrom(options: Partial<Limits>): Limits {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) {
    if (!(Number.isSafeInteger(value) && value > 0)) {
      throw new TypeError(`limits.${name} is a positive whole number`)
    }
  }
  return { ...defaultLimits, ...Object.fromEntries(given) }
}
