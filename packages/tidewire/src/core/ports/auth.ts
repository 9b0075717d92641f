/**
 * One way to find out who is on a connection: a token, a session, a password.
 *
 * Contract: a strategy decides about the credential it is made for and is
 * silent about others (`absent`), so that an application can list several. It
 * may throw or reject for its own failures (a database is down): the client is
 * then refused, and the cause is logged. Secrets are compared in constant time.
 */
export interface AuthStrategy {
  /** For logs and metrics: `token`, `session`, `basic`. */
  readonly name: string

  /** Looks at a token from an `auth` frame: the first one, or a renewal (P-010). */
  verifyToken(token: string, context: AuthContext): AuthOutcome | Promise<AuthOutcome>
}

/** What a strategy knows beside the credential. */
export interface AuthContext {
  readonly connectionId: string
  readonly remoteAddress: string
}

export type AuthOutcome =
  | { readonly kind: 'accepted'; readonly identity: Identity }
  | { readonly kind: 'refused' }
  | { readonly kind: 'absent' }

/** Who is on a connection. */
export interface Identity {
  /** The application's own name for the user; stable over connections. */
  readonly userId: string
  /** When the credential ends, ms since the epoch; without it, it does not. */
  readonly expiresAt?: number
}
