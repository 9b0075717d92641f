/**
 * Every code an `error` frame or a refused request can carry (P-050), with the
 * sentence that explains it. The connection stays open after any of them.
 */
export const errorCodes = {
  MISSING_TYPE: 'the frame has no type',
  UNKNOWN_TYPE: 'the type is not one this server knows',
  INVALID_FRAME: 'the frame does not have the shape its type asks for',
  INVALID_CHANNEL: 'the channel name is not 1 to 255 allowed characters',
  INVALID_PAYLOAD: 'the payload does not fit the schema of the channel',
  INVALID_TOKEN: 'the token was refused',
  NOT_AUTHENTICATED: 'this needs an authenticated connection',
  FORBIDDEN: 'the rules of the channel do not allow this',
  NOT_SUBSCRIBED: 'this connection is not subscribed to the channel',
  ALREADY_SUBSCRIBED: 'this connection is subscribed to the channel already',
  TOO_MANY_CHANNELS: 'this connection is subscribed to as many channels as it may be',
  RATE_LIMITED: 'too many frames; wait retryAfterMs',
  UNKNOWN_METHOD: 'no handler is registered for this method',
  HANDLER_FAILED: 'the handler failed; the cause is in the log of the server',
  BROKER_UNAVAILABLE: 'the broker did not answer; with a key it is safe to publish again',
  NO_HISTORY: 'the channel keeps no history',
  INTERNAL: 'the server failed; the cause is in its log',
} as const

/** A code from the table. */
export type ErrorCode = keyof typeof errorCodes
