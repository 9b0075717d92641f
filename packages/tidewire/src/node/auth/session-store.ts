import type { SessionRecord } from './session.ts'

/**
 * What is needed of a session store of express-session: to read a session again,
 * and to hear of one that this process destroys. Stores do not tell by
 * themselves, so their `destroy` and `clear` are listened in on.
 */
export interface SessionStore {
  get(sessionId: string, callback: (error: unknown, session?: unknown) => void): unknown
  destroy(sessionId: string, callback?: (error?: unknown) => void): unknown
  clear?(callback?: (error?: unknown) => void): unknown
}

/** Hears the id of each destroyed session; null when all of them were. Must not throw. */
export type OnDestroyed = (sessionId: string | null) => void

/** Listens for sessions destroyed through this very store; the answer stops it. */
export function onDestroyed(store: SessionStore, listener: OnDestroyed): () => void {
  const listeners = listenersOf.get(store) ?? listenIn(store)
  // Wrapped, so that the same function may listen twice.
  const entry = { listener }
  listeners.add(entry)
  return () => listeners.delete(entry)
}

/** A session as the store has it now; null when it has none. */
export function readSession(store: SessionStore, sessionId: string): Promise<SessionRecord | null> {
  return new Promise((resolve, reject) => {
    store.get(sessionId, (error, session) => {
      if (error && !isMissing(error)) reject(error)
      else resolve(isRecord(session) ? session : null)
    })
  })
}

type Listeners = Set<{ readonly listener: OnDestroyed }>

// A store is wrapped once, however many servers look at it.
const listenersOf = new WeakMap<SessionStore, Listeners>()

function listenIn(store: SessionStore): Listeners {
  const listeners: Listeners = new Set()
  const tell = (sessionId: string | null) => {
    for (const { listener } of [...listeners]) listener(sessionId)
  }
  const { destroy, clear } = store
  store.destroy = (sessionId, callback) =>
    whenDone(
      (done) => destroy.call(store, sessionId, done),
      callback,
      () => tell(sessionId),
    )
  if (clear !== undefined) {
    store.clear = (callback) =>
      whenDone(
        (done) => clear.call(store, done),
        callback,
        () => tell(null),
      )
  }
  listenersOf.set(store, listeners)
  return listeners
}

type Done = (error?: unknown) => void

/**
 * Does something to a store, and something of ours after it, unless it failed.
 * A store that answers with a promise to who gives no callback still does.
 */
function whenDone(act: (done?: Done) => unknown, callback: Done | undefined, then: () => void) {
  if (callback !== undefined) {
    return act((error) => {
      if (!error) then()
      callback(error)
    })
  }
  const answer = act()
  // A failure is for who has the answer.
  if (answer instanceof Promise) answer.then(then, () => undefined)
  else then()
  return answer
}

function isRecord(session: unknown): session is SessionRecord {
  return typeof session === 'object' && session !== null
}

// Stores of files answer so for a session that is not there (express-session does the same).
function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'
}
