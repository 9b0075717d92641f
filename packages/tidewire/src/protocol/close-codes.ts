/**
 * Every WebSocket close code Tidewire sends, in one table.
 *
 * `reconnect` is the advice a client follows; a code that is not here (1005, 1006,
 * a proxy's) is a lost connection: `backoff`.
 */
export const closeCodes = {
  normal: { code: 1000, reconnect: 'never', reason: 'normal closure' },
  goingAway: { code: 1001, reconnect: 'backoff', reason: 'server is going away' },
  badFraming: { code: 1002, reconnect: 'never', reason: 'bad WebSocket framing' },
  notText: { code: 1003, reconnect: 'never', reason: 'not a JSON text frame' },
  badUtf8: { code: 1007, reconnect: 'never', reason: 'invalid UTF-8' },
  tooLarge: { code: 1009, reconnect: 'never', reason: 'frame is larger than the limit' },
  internal: { code: 1011, reconnect: 'backoff', reason: 'internal error' },
  restart: { code: 1012, reconnect: 'backoff', reason: 'service restart' },
  overloaded: { code: 1013, reconnect: 'backoff', reason: 'overloaded, try again later' },
  authRequired: { code: 4001, reconnect: 'never', reason: 'authenticate first' },
  forbidden: { code: 4003, reconnect: 'fresh-token-once', reason: 'token refused' },
  authTimeout: { code: 4004, reconnect: 'backoff', reason: 'no token in time' },
  tokenExpired: { code: 4005, reconnect: 'fresh-token', reason: 'token expired' },
  disconnected: { code: 4006, reconnect: 'never', reason: 'disconnected by the server' },
  rateLimited: { code: 4008, reconnect: 'slow-backoff', reason: 'over the rate for too long' },
  tooSlow: { code: 4009, reconnect: 'backoff', reason: 'too slow to read' },
  heartbeatTimeout: { code: 4010, reconnect: 'backoff', reason: 'heartbeat timeout' },
  tooManyConnections: { code: 4012, reconnect: 'slow-backoff', reason: 'too many connections' },
} as const

/** One row of the table. */
export interface CloseCode {
  /** The number on the wire. */
  readonly code: number
  /** What the client does next. */
  readonly reconnect: ReconnectAdvice
  /** The reason sent with it: short, fixed, without secrets; at most 123 bytes of UTF-8. */
  readonly reason: string
}

/** A row's name. */
export type CloseCodeName = keyof typeof closeCodes

/**
 * What a client does after a close.
 *
 * `never` the same attempt would fail again · `backoff` yes, after a growing
 * random delay · `slow-backoff` yes, but the first delay is 5 s ·
 * `fresh-token` yes, with a new token · `fresh-token-once` the same, one time.
 */
export type ReconnectAdvice =
  | 'never'
  | 'backoff'
  | 'slow-backoff'
  | 'fresh-token'
  | 'fresh-token-once'
