import type { ErrorCode } from '../../protocol/error-codes.ts'
import type { ProtocolError } from '../../protocol/protocol-error.ts'
import type { Ending } from '../../transports/http/ask.ts'

/**
 * What a request is answered with. Anything but a success is `{code, message}`:
 * the codes are those of error frames (P-050), and a few that only HTTP needs.
 */
export interface Answer {
  readonly status: number
  /** JSON text; null for none. */
  readonly body: string | null
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export function success(value: unknown): Answer {
  return { status: 200, body: JSON.stringify(value) }
}

/**
 * What a request is refused with before the engine sees it. A 401 always says how
 * to do better (RFC 9110, section 15.5.2): a bearer is taken everywhere.
 */
export function refusal(
  { status, code, message }: { status: number; code: string; message: string },
  headers?: Answer['headers'],
): Answer {
  const body = JSON.stringify({ code, message })
  if (status !== 401) return { status, body, headers }
  const challenges = [headers?.['WWW-Authenticate'] ?? [], bearerChallenge(code)].flat()
  return { status, body, headers: { ...headers, 'WWW-Authenticate': challenges.join(', ') } }
}

// RFC 6750, section 3.1: by this a client knows that what it brought is to be renewed.
function bearerChallenge(code: string): string {
  return code === 'INVALID_TOKEN' ? 'Bearer error="invalid_token"' : 'Bearer'
}

/** A parameter that is not what it should be. */
export function invalid(message: string): Answer {
  return refusal({ status: statusOf.INVALID_FRAME, code: 'INVALID_FRAME', message })
}

/** What an error frame says, as an answer. */
export function errorAnswer({ code, message, retryAfterMs }: ProtocolError): Answer {
  const retry = retryAfterMs ?? (statusOf[code] === 503 ? unavailableMs : undefined)
  return refusal({ status: statusOf[code], code, message }, retryHeader(retry))
}

/** What the end of a connection says, as an answer to the request it was for. */
export function endingAnswer({ code, reason }: Ending): Answer {
  const [status, name, retryMs] = endings.get(code) ?? [500, 'INTERNAL', undefined]
  return refusal({ status, code: name, message: reason }, retryHeader(retryMs))
}

const unavailableMs = 1_000

/** One table: every code has a status, or this does not compile. */
const statusOf: Readonly<Record<ErrorCode, number>> = {
  MISSING_TYPE: 400,
  UNKNOWN_TYPE: 400,
  INVALID_FRAME: 400,
  INVALID_CHANNEL: 400,
  INVALID_PAYLOAD: 400,
  INVALID_TOKEN: 401,
  NOT_AUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_SUBSCRIBED: 409,
  ALREADY_SUBSCRIBED: 409,
  TOO_MANY_CHANNELS: 400,
  RATE_LIMITED: 429,
  UNKNOWN_METHOD: 404,
  HANDLER_FAILED: 500,
  BROKER_UNAVAILABLE: 503,
  NO_HISTORY: 409,
  INTERNAL: 500,
}

/** By close code: status, code, and when to come back. Any other is a failure of the server. */
const endings: ReadonlyMap<number, readonly [number, string, number | undefined]> = new Map([
  [1001, [503, 'DRAINING', 1_000]],
  [1012, [503, 'DRAINING', 1_000]],
  [1013, [503, 'OVERLOADED', 5_000]],
  [4003, [401, 'INVALID_TOKEN', undefined]],
  [4005, [401, 'INVALID_TOKEN', undefined]],
  [4006, [403, 'FORBIDDEN', undefined]],
  [4008, [429, 'RATE_LIMITED', 5_000]],
  [4012, [429, 'TOO_MANY_CONNECTIONS', 5_000]],
])

function retryHeader(retryMs: number | undefined): Answer['headers'] {
  return retryMs === undefined
    ? undefined
    : { 'Retry-After': String(Math.max(1, Math.ceil(retryMs / 1_000))) }
}
