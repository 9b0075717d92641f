import type { Accepted, AuthOutcome } from '../../src/core/ports/auth.ts'
import type { ConnectMiddleware } from '../../src/node/auth/connect-middleware.ts'
import { type SessionAuthOptions, sessionAuth } from '../../src/node/auth/session-auth.ts'
import type { SessionStore } from '../../src/node/auth/session-store.ts'
import { authSurroundings } from './auth-surroundings.ts'
import { bareRequest } from './bare-request.ts'

/** What is in a session of the rig. */
export interface Contents {
  readonly name?: string
  readonly role?: string
}

/** `sessionAuth` with middleware and a store that do as they are told, on a clock that stands still. */
export class SessionRig {
  readonly surroundings = authSurroundings()
  readonly store = new TextStore()

  /** What a strategy is made of that reads the session of this id. */
  options(id = 's1'): SessionAuthOptions<Contents> & { readonly recheckMs: number } {
    const middleware: ConnectMiddleware = (request, _response, next) => {
      this.attach(request, id)
      next()
    }
    return { middleware, identify, recheckMs }
  }

  /** Gives a request its session, as middleware does. */
  attach(request: object, id = 's1'): void {
    const session = JSON.parse(this.store.sessions.get(id) ?? '{}')
    Object.assign(request, { session, sessionID: id, sessionStore: this.store })
  }

  verify(others: Partial<SessionAuthOptions<Contents>> = {}, id?: string) {
    const strategy = sessionAuth({ ...this.options(id), ...others })
    return strategy.verifyRequest(bareRequest(), this.surroundings.context)
  }

  /** Why the connection of a session that is watched over ended. */
  async watched(watch: WatchedSession = {}): Promise<readonly unknown[]> {
    const { expiresAt, id = 's1', others } = watch
    this.store.put(id, { name: 'ada', role: 'admin' }, expiresAt)
    const ended: unknown[] = []
    accepted(await this.verify(others, id)).watch?.((why) => ended.push(why))
    return ended
  }
}

/** A session that is watched over; without more, it has no end. */
export interface WatchedSession {
  readonly others?: Partial<SessionAuthOptions<Contents>>
  readonly expiresAt?: number
  readonly id?: string
}

/** How often the rig looks at a session, at least. */
export const recheckMs = 30_000

/** What was accepted, or an error. */
export function accepted(outcome: AuthOutcome): Accepted {
  if (outcome.kind !== 'accepted') throw new Error(`the session is ${outcome.kind}`)
  return outcome
}

/** The user and the role that are in a session. */
export function identify({ name, role }: Contents) {
  return name === undefined ? null : { userId: name, claims: { role } }
}

/** Keeps sessions as text, as real stores do. */
class TextStore implements SessionStore {
  readonly sessions = new Map<string, string>()
  onGet: ((done: (error: unknown) => void) => unknown) | null = null
  reads = 0

  put(id: string, contents: Contents, expiresAt?: number): void {
    const expires = expiresAt === undefined ? null : new Date(expiresAt)
    this.sessions.set(id, JSON.stringify({ ...contents, cookie: { expires } }))
  }

  get(id: string, callback: (error: unknown, session?: unknown) => void): void {
    this.reads += 1
    if (this.onGet !== null) {
      this.onGet(callback)
      return
    }
    const text = this.sessions.get(id)
    callback(null, text === undefined ? undefined : JSON.parse(text))
  }

  destroy(id: string, callback?: () => void): void {
    this.sessions.delete(id)
    callback?.()
  }

  clear(callback?: () => void): void {
    this.sessions.clear()
    callback?.()
  }
}
