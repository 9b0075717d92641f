/**
 * What one connection may use (PROTOCOL.md, section 7). Each limit is an option
 * of the server; the defaults are safe for strangers.
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
  /** A connection that shows no life for this long, in ms, is asked; twice as long, cut. Default 25,000. */
  readonly heartbeatMs: number
}

const defaultLimits: Limits = {
  maxPayloadBytes: 64 * 1024,
  maxChannels: 128,
  maxBufferedBytes: 1024 * 1024,
  authTimeoutMs: 10_000,
  callTimeoutMs: 30_000,
  heartbeatMs: 25_000,
}

/**
 * The defaults with an application's own values in their places.
 *
 * @throws TypeError for a value that is not a positive whole number.
 */
export function limitsFrom(options: Partial<Limits>): Limits {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw new TypeError(`limits.${name} is a positive whole number`)
    }
  }
  return { ...defaultLimits, ...options }
}
