/**
 * Who is on a WebSocket connection: the user of the cookie session it was
 * opened with, or the display of the token it sent.
 *
 * A connection ends with the session it rests on; `Users` and `SessionStore` end
 * that whenever the user's password or role changes.
 */
import type { RequestHandler } from 'express'
import type { SessionData } from 'express-session'
import { type AuthOptions, type Identity, sessionAuth } from 'tidewire'
import type { Access } from './access.ts'
import { rankOfDisplay, rankOfUser } from './rank.ts'

/** How connections say who they are. */
export function connectionAuth(access: Access, session: RequestHandler): AuthOptions {
  return {
    mode: 'optional',
    strategies: [
      sessionAuth({
        middleware: session,
        identify: ({ userName }: Partial<SessionData>) => userIdentity(access, userName),
      }),
    ],
    verify: (token) => displayIdentity(access, token),
    // Not in the address of the socket, where logs of proxies would have it.
    tokenFrom: ['message'],
  }
}

/** What displays are called among users: no user name holds a colon. */
export function displayUserId(id: string): string {
  return `display:${id}`
}

/** Null, so anybody, for a user who has not chosen a password of their own yet. */
function userIdentity({ users }: Access, name: string | undefined): Identity | null {
  const user = name === undefined ? null : users.find(name)
  if (user === null || user.mustChangePassword) return null
  return { userId: user.name, claims: { rank: rankOfUser(user) } }
}

function displayIdentity({ displays }: Access, token: string): Identity | null {
  const display = displays.find(token)
  if (display === null) return null
  return { userId: displayUserId(display.id), claims: { rank: rankOfDisplay(display) } }
}
