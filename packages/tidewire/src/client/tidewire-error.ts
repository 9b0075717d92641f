import type { ErrorCode } from '../protocol/error-codes.ts'

/**
 * The one error class of the client. What the server refused carries the
 * server's code, what the client found itself one of `ClientErrorCode`.
 */

/**
 * Failures the client finds itself:
 * `ABORTED` your signal did it · `BAD_FRAME` the server sent what no frame is ·
 * `BUFFER_OVERFLOW` a `for await` loop was slower than its events ·
 * `CLOSED` the connection ended for good · `CONNECTION_LOST` a call or a
 * read of history was sent, and the connection broke before its answer: it may
 * have happened · `DISPOSED` you ended it ·
 * `GAP` events were missed and no `onGap` was there to be told ·
 * `HANDLER_FAILED` a function you passed in threw · `PAYLOAD_TOO_LARGE` the
 * server would close the connection over it · `QUEUE_FULL` too much is waiting
 * to be sent · `TIMEOUT` no answer in time · `TOKEN_FAILED` the token provider
 * threw.
 */
export type ClientErrorCode =
  | 'ABORTED'
  | 'BAD_FRAME'
  | 'BUFFER_OVERFLOW'
  | 'CLOSED'
  | 'CONNECTION_LOST'
  | 'DISPOSED'
  | 'GAP'
  | 'HANDLER_FAILED'
  | 'PAYLOAD_TOO_LARGE'
  | 'QUEUE_FULL'
  | 'TIMEOUT'
  | 'TOKEN_FAILED'

/** What else is known of a failure. */
export interface TidewireErrorOptions {
  /** For people. Default: the code, where that says it all. */
  readonly message?: string | undefined
  readonly cause?: unknown
  /** When trying again makes sense, in ms; only where the server said so. */
  readonly retryAfterMs?: number | undefined
}

/** A failed request, a subscription that ended, or a failure told by the `error` event. */
export class TidewireError extends Error {
  override readonly name = 'TidewireError'
  /** What went wrong, for programs; the message is for people. */
  readonly code: ErrorCode | ClientErrorCode
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode | ClientErrorCode, details: TidewireErrorOptions = {}) {
    super(details.message ?? code, details)
    this.code = code
    this.retryAfterMs = details.retryAfterMs
  }
}

/** Whether a caught value is a `TidewireError`, also one of another copy of this package. */
export function isTidewireError(value: unknown): value is TidewireError {
  // By name, not by class: a page may have loaded the package twice.
  return value instanceof Error && value.name === 'TidewireError'
}

/** What the application has ended itself. */
export function disposed(): TidewireError {
  return new TidewireError('DISPOSED')
}

/** A function of the application threw. */
export function handlerFailed(what: string, cause: unknown): TidewireError {
  return new TidewireError('HANDLER_FAILED', { message: `a handler of ${what} threw`, cause })
}
