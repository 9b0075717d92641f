/**
 * The cookie session: read by HTTP requests and by WebSocket upgrades alike.
 *
 * Nobody gets a cookie before they sign in.
 */
import { randomBytes } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import session from 'express-session'
import type { SessionStore } from '../access/session-store.ts'

const secretBytes = 32

/** The name of the cookie. */
export const sessionCookie = 'attack-map-session'

/** Middleware that puts the session of a request in its place. */
export function createSessionMiddleware(store: SessionStore): RequestHandler {
  return session({
    name: sessionCookie,
    store,
    // Sessions do not outlive the process, so their signature need not either.
    secret: randomBytes(secretBytes).toString('base64url'),
    resave: false,
    saveUninitialized: false,
    cookie: {
      httpOnly: true,
      sameSite: 'lax',
      secure: 'auto',
      path: '/',
      maxAge: store.lifetimeMs,
    },
  })
}

/** Begins a session for a user, under a new id: one that was known before is worth nothing. */
export async function beginSession(request: Request, userName: string): Promise<void> {
  await settled((done) => request.session.regenerate(done))
  request.session.userName = userName
  await settled((done) => request.session.save(done))
}

/** Ends the session of a request. */
export function endSession(request: Request): Promise<void> {
  return settled((done) => request.session.destroy(done))
}

function settled(run: (done: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    run((error) => (error ? reject(error) : resolve()))
  })
}
