import { isDeepStrictEqual } from 'node:util'
import { withoutSecrets } from '../../core/connection/without-secrets.ts'
import { inTime } from '../../core/in-time.ts'
import type { Identity, OnCredentialEnd, StopWatching } from '../../core/ports/auth.ts'
import type { CancelTimer, Clock } from '../../core/ports/clock.ts'
import type { Logger } from '../../core/ports/logger.ts'
import { type IdentifySession, type SessionRecord, sessionEndOf } from './session.ts'
import { onDestroyed, readSession, type SessionStore } from './session-store.ts'

/**
 * Watches over the sessions of one store that live connections rest on: ends
 * these when theirs is destroyed, gone, somebody else's, or says something else.
 *
 * One look a session, whatever it has in connections, and none for a session
 * without. A store that fails ends nothing, and is logged once until it heals.
 */
export class SessionWatches {
  readonly #options: SessionWatchesOptions
  readonly #sessions = new Map<string, WatchedSession>()
  #stopListening: (() => void) | null = null
  #isFailing = false

  constructor(options: SessionWatchesOptions) {
    this.#options = options
  }

  /** Begins to watch over a session for a connection; the answer stops it. */
  watch(sessionId: string, connection: SessionConnection): StopWatching {
    const watched = this.#sessions.get(sessionId) ?? this.#begin(sessionId)
    watched.connections.add(connection)
    return () => {
      this.#release(watched, connection)
    }
  }

  #begin(sessionId: string): WatchedSession {
    const { store } = this.#options
    this.#stopListening ??= onDestroyed(store, (ended) => this.#onDestroyed(ended))
    const watched: WatchedSession = { sessionId, connections: new Set(), cancel: () => {} }
    this.#sessions.set(sessionId, watched)
    this.#schedule(watched)
    return watched
  }

  #release(watched: WatchedSession, connection: SessionConnection): boolean {
    const { connections, sessionId } = watched
    if (!connections.delete(connection)) return false
    if (connections.size > 0) return true
    watched.cancel()
    this.#sessions.delete(sessionId)
    if (this.#sessions.size > 0) return true
    this.#stopListening?.()
    this.#stopListening = null
    return true
  }

  #schedule(watched: WatchedSession): void {
    const { clock, recheckMs } = this.#options
    const delayMs = recheckMs * (0.5 + spread(watched.sessionId) / 2)
    watched.cancel = clock.after(delayMs, () => void this.#recheck(watched))
  }

  #onDestroyed(sessionId: string | null): void {
    const ended =
      sessionId === null ? [...this.#sessions.values()] : [this.#sessions.get(sessionId)]
    for (const watched of ended) {
      if (watched !== undefined) this.#judge(watched, [...watched.connections], null)
    }
  }

  // Never rejects: what may fail is in `#look`.
  async #recheck(watched: WatchedSession): Promise<void> {
    // Who comes in meanwhile knows the session better than this look does.
    const connections = [...watched.connections]
    const found = await this.#look(watched.sessionId)
    if (found !== 'unknown') this.#judge(watched, connections, found)
    if (watched.connections.size > 0) this.#schedule(watched)
  }

  #judge(
    watched: WatchedSession,
    connections: readonly SessionConnection[],
    found: Identity | null,
  ): void {
    for (const connection of connections) {
      const why = this.#whyEnded(connection.identity, found)
      if (why !== null && this.#release(watched, connection)) connection.onEnd(why)
    }
  }

  #whyEnded(held: Identity, found: Identity | null): 'revoked' | 'outdated' | null {
    // A store lets go of what has expired; of that the connection knows itself,
    // and its client is to come back (4005).
    const hasExpired = (held.expiresAt ?? Infinity) <= this.#options.clock.now()
    if (found === null) return hasExpired ? null : 'revoked'
    if (found.userId !== held.userId) return 'revoked'
    return isDeepStrictEqual(found.claims ?? {}, held.claims ?? {}) ? null : 'outdated'
  }

  /** Whose a session is by now; null for nobody's any more. */
  async #look(sessionId: string): Promise<Identity | null | 'unknown'> {
    const { clock, logger, recheckMs } = this.#options
    try {
      const found = await inTime(this.#read(sessionId), clock, recheckMs)
      if (this.#isFailing) logger.info('sessions can be looked at again')
      this.#isFailing = false
      return found
    } catch (cause) {
      if (!this.#isFailing) {
        logger.error('sessions cannot be looked at; their connections stay', {
          cause: withoutSecrets(cause, [sessionId]),
        })
      }
      this.#isFailing = true
      return 'unknown'
    }
  }

  async #read(sessionId: string): Promise<Identity | null> {
    const { clock, identify, store } = this.#options
    const session = await readSession(store, sessionId)
    // Some stores keep what has expired until they are swept.
    if (session === null || (sessionEndOf(session) ?? Infinity) <= clock.now()) return null
    return identify(session, null)
  }
}

/** A connection that rests on a session. */
export interface SessionConnection {
  /** As it was at the handshake. */
  readonly identity: Identity
  readonly onEnd: OnCredentialEnd
}

export interface SessionWatchesOptions {
  readonly store: SessionStore
  readonly identify: IdentifySession<SessionRecord>
  /** At most how long between two looks at a session, in ms, and for one look. */
  readonly recheckMs: number
  readonly clock: Clock
  readonly logger: Logger
}

interface WatchedSession {
  readonly sessionId: string
  readonly connections: Set<SessionConnection>
  cancel: CancelTimer
}

/**
 * A number from 0 to 1 that is another one for each session: thousands that
 * come back at once after a restart shall not be looked at at once for ever.
 */
function spread(sessionId: string): number {
  let hash = 0
  for (let at = 0; at < sessionId.length; at += 1) {
    hash = (Math.imul(hash, 31) + sessionId.charCodeAt(at)) >>> 0
  }
  return hash / 2 ** 32
}
