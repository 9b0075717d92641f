/**
 * What was asked for is not done, and whoever asked may know why.
 *
 * The HTTP API answers with its status, code and sentence; anything else that
 * is thrown there is a bug and answers 500 without a word.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  /** For programs: `NAME_TAKEN`. */
  readonly code: string
  /** When to try again, in s; null when that is no use. */
  readonly retryAfterSeconds: number | null

  /** @param message a sentence for the person who asked */
  constructor(kind: RefusalKind, message: string, retryAfterSeconds: number | null = null) {
    super(message)
    this.status = statuses[kind]
    this.code = kind
    this.retryAfterSeconds = retryAfterSeconds
  }
}

const statuses = {
  INVALID: 400,
  SIGN_IN_REQUIRED: 401,
  SIGN_IN_REFUSED: 401,
  FORBIDDEN: 403,
  FOREIGN_ORIGIN: 403,
  PASSWORD_CHANGE_REQUIRED: 403,
  NOT_FOUND: 404,
  NAME_TAKEN: 409,
  LAST_ADMIN: 409,
  TOO_MANY: 409,
  WRONG_TYPE: 415,
  RATE_LIMITED: 429,
  BUSY: 503,
} as const

/** Why something is refused. */
export type RefusalKind = keyof typeof statuses
