import type { IncomingMessage } from 'node:http'
import type { AuthContext, AuthOutcome } from '../../core/ports/auth.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { Logger } from '../../core/ports/logger.ts'

/**
 * One way to find out who is on a connection: a token, a session, a password.
 *
 * Contract: a strategy decides about the credentials it is made for and is
 * silent about others (`absent`), so that an application can list several. It
 * may throw or reject for its own failures (a database is down), or not settle
 * in time: the client is then refused, and the cause is logged. Secrets are
 * compared in constant time and never logged.
 */
export interface AuthStrategy {
  /** For logs and metrics: `jwt`, `session`, `basic`. */
  readonly name: string

  /**
   * Looks at a token, wherever it came from (`AuthOptions.tokenFrom`): the first
   * one of a connection, or a renewal (P-010).
   */
  verifyToken?(token: string, context: AuthContext): AuthOutcome | Promise<AuthOutcome>

  /**
   * Looks at an HTTP request, before it is answered: at a cookie, or a header
   * that is not a bearer token. The request belongs to the server: neither
   * answered nor read by a strategy.
   */
  verifyRequest?(
    request: IncomingMessage,
    context: RequestContext,
  ): AuthOutcome | Promise<AuthOutcome>

  /** What `WWW-Authenticate` says to who brings nothing where a credential is required: `Basic realm="…"`. */
  readonly challenge?: string | undefined

  /**
   * Whether browsers send this credential by themselves, also for a page of
   * somebody else: cookies and Basic. Then only pages of the same host may
   * connect unless the application lists origins.
   */
  readonly isAmbient?: boolean | undefined
}

/** One that looks at requests. */
export type RequestStrategy = AuthStrategy & Required<Pick<AuthStrategy, 'verifyRequest'>>

/** What a strategy gets beside a request, also for what it does later: a watch. */
export interface RequestContext extends AuthContext {
  /** The server's own, in coarse steps. */
  readonly clock: Clock
  readonly logger: Logger
}
