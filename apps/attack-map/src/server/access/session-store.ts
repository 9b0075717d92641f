/**
 * The sessions of signed-in users, in memory: none survives a restart.
 *
 * Bounded, and pruned of what has expired. A session ends `lifetimeMs` after
 * the sign-in, whatever is done with it. Every end goes through `destroy`, where
 * Tidewire listens in on behalf of the connections.
 */
import { type SessionData, Store } from 'express-session'

declare module 'express-session' {
  interface SessionData {
    /** Who signed in. */
    userName: string
  }
}

const defaultLifetimeMs = 12 * 60 * 60_000
const defaultMaxSessions = 10_000
const pruneEveryMs = 5000

/** What the store is kept with. */
export interface SessionStoreOptions {
  /** This server's clock, in ms since the epoch. */
  readonly now: () => number
  /** How long a session lasts, in ms. Default 12 h. */
  readonly lifetimeMs?: number
  /** How many sessions there are; beyond it the oldest ends. Default 10,000. */
  readonly maxSessions?: number
}

interface KeptSession {
  readonly json: string
  readonly userName: string | undefined
  readonly endsAt: number
}

type Callback<TResult extends unknown[] = []> = (error: unknown, ...result: TResult) => void

/** A store for express-session. */
export class SessionStore extends Store {
  /** How long a session lasts, in ms. */
  readonly lifetimeMs: number
  readonly #now: () => number
  readonly #maxSessions: number
  // In the order they began, which is the order they end in.
  readonly #sessions = new Map<string, KeptSession>()
  readonly #pruning: NodeJS.Timeout

  constructor(options: SessionStoreOptions) {
    super()
    this.lifetimeMs = options.lifetimeMs ?? defaultLifetimeMs
    this.#now = options.now
    this.#maxSessions = options.maxSessions ?? defaultMaxSessions
    this.#pruning = setInterval(() => this.prune(), pruneEveryMs).unref()
  }

  /** How many sessions there are. */
  get size(): number {
    return this.#sessions.size
  }

  override get(sessionId: string, callback: Callback<[session?: SessionData | null]>): void {
    this.prune()
    const kept = this.#sessions.get(sessionId)
    callback(null, kept === undefined ? null : JSON.parse(kept.json))
  }

  override set(sessionId: string, session: SessionData, callback?: Callback): void {
    const endsAt = this.#sessions.get(sessionId)?.endsAt ?? this.#now() + this.lifetimeMs
    const json = JSON.stringify(session)
    this.#sessions.set(sessionId, { json, userName: session.userName, endsAt })
    if (this.#sessions.size > this.#maxSessions) this.#endOldest()
    callback?.(null)
  }

  override destroy(sessionId: string, callback?: Callback): void {
    this.#sessions.delete(sessionId)
    callback?.(null)
  }

  /** Ends every session of a user. */
  endAllOf(userName: string): void {
    for (const [sessionId, kept] of [...this.#sessions]) {
      if (kept.userName === userName) this.destroy(sessionId)
    }
  }

  /** Ends what has expired; done by itself every 5 s. */
  prune(): void {
    const now = this.#now()
    for (const [sessionId, { endsAt }] of this.#sessions) {
      if (endsAt > now) return
      this.destroy(sessionId)
    }
  }

  /** Stops pruning. */
  close(): void {
    clearInterval(this.#pruning)
  }

  #endOldest(): void {
    const [oldest] = this.#sessions.keys()
    if (oldest !== undefined) this.destroy(oldest)
  }
}
