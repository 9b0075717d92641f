import type { IncomingMessage } from 'node:http'
import type { AuthOutcome, Identity } from '../../core/ports/auth.ts'
import type { RequestContext, RequestStrategy } from './auth-strategy.ts'
import { type ConnectMiddleware, runMiddleware } from './connect-middleware.ts'
import { type IdentifySession, type SessionRecord, sessionEndOf } from './session.ts'
import { onDestroyed, type SessionStore } from './session-store.ts'
import { SessionWatches } from './session-watches.ts'

/**
 * The strategy for cookie sessions, through the middleware that the application
 * has for its own requests: express-session, or any other that leaves what it
 * finds in `request.session`.
 *
 * The session is read before the handshake is answered, and never saved, touched
 * or set as a cookie by it. A request without one, with one that has expired, or
 * with one that nobody has signed in to, is left to the next strategy.
 *
 * Where the middleware has a store (`request.sessionStore`), a connection ends
 * with its session: at once when this process destroys it, else when the store
 * is next asked. Where it has none, as the whole session is in its cookie, there
 * is nothing to ask: a connection lasts until its identity's `expiresAt`.
 *
 * @throws TypeError for a `recheckMs` that is not a positive whole number.
 * @example
 * sessionAuth({
 *   middleware: session({ secret, store, resave: false, saveUninitialized: false }),
 *   identify: ({ userId }: { userId?: string }) => (userId ? { userId } : null),
 * })
 */
export function sessionAuth<TSession extends object = SessionRecord>(
  options: SessionAuthOptions<TSession>,
): RequestStrategy {
  const { middleware, isRolling = false, recheckMs = defaultRecheckMs } = options
  if (!(Number.isSafeInteger(recheckMs) && recheckMs > 0)) {
    throw new TypeError('sessionAuth: recheckMs is a positive whole number')
  }
  // What is in a session is what the application put there: of the type it says.
  const identify = options.identify as IdentifySession
  return new SessionStrategy({ middleware, identify, isRolling, recheckMs })
}

/** How sessions are read. */
export interface SessionAuthOptions<TSession extends object = SessionRecord> {
  /** What reads a request's session: the very middleware that the application uses. */
  readonly middleware: ConnectMiddleware

  /**
   * Says who a session belongs to. Another `userId` later on ends its connections
   * as a destroyed session does (4006); other `claims` end them as a token that
   * expired does (4005), so that clients come back with the new ones: put into
   * the claims what permissions go by and nothing that changes all the time.
   */
  readonly identify: IdentifySession<TSession>

  /**
   * Whether requests of its user prolong a session (`rolling`, or a store with
   * `touch`). Default false: a connection is warned of and ends with the expiry
   * its session had at the handshake (4005), and its client comes back with the
   * session as it is by then. True: it stays for as long as the store has the
   * session, and then ends for good (4006). What happens on the connection itself
   * never prolongs a session.
   */
  readonly isRolling?: boolean | undefined

  /**
   * At most how long after its end elsewhere, in another process or in the store,
   * a session is noticed to be over, in ms. Default 30,000. Each session is read
   * that often at least, and up to twice as often, however many connections it
   * has. While the store cannot be read nobody is disconnected; it is logged.
   */
  readonly recheckMs?: number | undefined
}

const defaultRecheckMs = 30_000

class SessionStrategy implements RequestStrategy {
  readonly name = 'session'
  readonly isAmbient = true
  readonly #options: CompleteOptions
  readonly #watches = new WeakMap<SessionStore, SessionWatches>()

  constructor(options: CompleteOptions) {
    this.#options = options
  }

  async verifyRequest(request: IncomingMessage, context: RequestContext): Promise<AuthOutcome> {
    const { isRolling, middleware } = this.#options
    if (!(await runMiddleware(middleware, request))) return { kind: 'refused' }
    // Middleware adds to a request what its type does not know.
    const { session, sessionID: sessionId, sessionStore: store } = request as RequestWithSession
    if (session === undefined || session === null) return absent
    const end = sessionEndOf(session)
    if (end !== null && end <= context.clock.now()) return absent
    const found = await this.#identify(request, session)
    if (found === null) return absent
    const expiresAt = isRolling || end === null ? undefined : end
    const identity = { expiresAt, sessionId, ...found }
    if (store === undefined || sessionId === undefined) return { kind: 'accepted', identity }
    const watches = this.#watchesOf(store, context)
    return {
      kind: 'accepted',
      identity,
      watch: (onEnd) => watches.watch(sessionId, { identity, onEnd }),
    }
  }

  // A session may be destroyed while the application looks up whose it is, and
  // nobody watches over it yet.
  async #identify(request: RequestWithSession, session: SessionRecord): Promise<Identity | null> {
    const { sessionID, sessionStore } = request
    let isDestroyed = false
    const stop =
      sessionStore &&
      onDestroyed(sessionStore, (ended) => {
        isDestroyed ||= ended === null || ended === sessionID
      })
    try {
      const identity = await this.#options.identify(session, request)
      return isDestroyed ? null : identity
    } finally {
      stop?.()
    }
  }

  #watchesOf(store: SessionStore, { clock, logger }: RequestContext): SessionWatches {
    const { identify, recheckMs } = this.#options
    const known = this.#watches.get(store)
    if (known !== undefined) return known
    const watches = new SessionWatches({ store, identify, recheckMs, clock, logger })
    this.#watches.set(store, watches)
    return watches
  }
}

type CompleteOptions = {
  readonly [TName in keyof SessionAuthOptions]-?: NonNullable<SessionAuthOptions[TName]>
}

interface RequestWithSession extends IncomingMessage {
  readonly session?: SessionRecord | null
  readonly sessionID?: string
  readonly sessionStore?: SessionStore
}

const absent: AuthOutcome = { kind: 'absent' }
