/**
 * One way to find out who a token belongs to.
 *
 * Contract: a strategy decides about the tokens it is made for and is silent
 * about others (`absent`), so that an application can list several. It may throw
 * or reject for its own failures (a database is down): the client is then
 * refused, and the cause is logged. Secrets are compared in constant time.
 */
export interface TokenStrategy {
  /** For logs and metrics: `jwt`, `token`. */
  readonly name: string

  /** Looks at a token: the first one of a connection, or a renewal (P-010). */
  verifyToken(token: string, context: AuthContext): AuthOutcome | Promise<AuthOutcome>
}

/** What a strategy knows beside the credential. */
export interface AuthContext {
  /** The other end's address, proxies that are trusted taken into account. */
  readonly remoteAddress: string
  /** Left out as long as there is no connection: at the handshake. */
  readonly connectionId?: string | undefined
}

export type AuthOutcome = Accepted | Refused | { readonly kind: 'absent' }

/** A credential that is wrong. */
interface Refused {
  readonly kind: 'refused'
  /** What is wrong with it, for the operator's log: the client is not told. Without what is secret. */
  readonly why?: string | undefined
}

/** A credential that is right. */
export interface Accepted {
  readonly kind: 'accepted'
  readonly identity: Identity
  readonly watch?: WatchCredential | undefined
}

/**
 * Looks after a credential while its connection lives.
 *
 * Contract: calls `onEnd` at most once, never inside of the call itself, when
 * the credential holds no longer: its session was destroyed, its key revoked.
 * The connection is then closed (4006). The answer stops the watch; calling it
 * twice does nothing.
 */
export type WatchCredential = (onEnd: OnCredentialEnd) => StopWatching

/**
 * Why a credential holds no longer: `revoked` (the default) · `outdated`, when it
 * is still good and says something else now, such as another role. Then the
 * client is to come back with it (4005).
 */
export type OnCredentialEnd = (why?: 'revoked' | 'outdated') => void

export type StopWatching = () => void

/** Who is on a connection. */
export interface Identity {
  /** The application's own name for the user; stable over connections. */
  readonly userId: string
  /** When the credential ends, ms since the epoch; without it, it does not. */
  readonly expiresAt?: number | undefined
  /** The session this came from, for `tide.disconnect({ sessionId })`. Never leaves the server. */
  readonly sessionId?: string | undefined
  /** What permissions may go by: the claims of a token, the roles of a session. Never leaves the server. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
}

/**
 * What a backend was given leave to do. It takes the place of what channels
 * declare for users: a backend is no user, and no rule is about it.
 */
export interface Grant {
  allows(act: 'read' | 'publish', channel: string): boolean
}
