import type { IncomingMessage } from 'node:http'
import type { Identity } from '../../core/ports/auth.ts'

/** A session whose contents are declared nowhere. */
export type SessionRecord = Readonly<Record<string, unknown>>

/**
 * Says who a session belongs to; null for one that nobody has signed in to.
 *
 * Asked at the handshake, and about the same session again as long as its
 * connections live. `request` is null then: the handshake is over and what was
 * sent with it is gone, so the answer goes by what is in the session.
 */
export type IdentifySession<TSession extends object = SessionRecord> = (
  session: TSession,
  request: IncomingMessage | null,
) => Identity | null | Promise<Identity | null>

/** When a session of express-session expires, in ms since the epoch; null for one that says nothing of it. */
export function sessionEndOf(session: SessionRecord): number | null {
  const { cookie } = session as { readonly cookie?: { readonly expires?: unknown } | null }
  const expires = cookie?.expires
  // A Date in a request, its text out of a store.
  const isTime = expires instanceof Date || typeof expires === 'string'
  const end = isTime ? new Date(expires).getTime() : Number.NaN
  return Number.isNaN(end) ? null : end
}
