import { type ErrorCode, errorCodes } from './error-codes.ts'
import type { RequestId } from './frames.ts'

/** Why a frame was refused. Says what was expected, never what the server holds. */
export interface ProtocolError {
  readonly code: ErrorCode
  readonly message: string
  /** The request it answers, when the frame carried a usable id. */
  readonly id?: RequestId
  readonly retryAfterMs?: number
}

/** An error with the table's own sentence, or a more exact one. */
export function protocolError(
  code: ErrorCode,
  id?: RequestId,
  message: string = errorCodes[code],
): ProtocolError {
  return id === undefined ? { code, message } : { code, message, id }
}
