/**
 * Who a request is from: the user of its session, the display of its bearer
 * token, or anybody.
 */
import type { IncomingMessage } from 'node:http'
import type { Request, RequestHandler } from 'express'
import type { DisplayEntry, UserEntry, Viewer } from '../../shared/access.ts'
import type { Access } from '../access/access.ts'
import { type Rank, rankOfDisplay, rankOfUser, reaches } from '../access/rank.ts'
import { Refusal } from '../access/refusal.ts'

const unknownAddress = 'unknown'

/** The user of a request's session, as that user is now; null without one. */
export function userOf(access: Access, request: IncomingMessage): UserEntry | null {
  const { session } = request as Partial<Pick<Request, 'session'>>
  const name = session?.userName
  return name === undefined ? null : access.users.find(name)
}

/** The user of a request that only signed-in users may make. */
export function signedInUser(access: Access, request: Request): UserEntry {
  const user = userOf(access, request)
  if (user === null) throw new Refusal('SIGN_IN_REQUIRED', 'sign in first')
  return user
}

/** Lets through whoever signed in with that rank: 401 without a session, 403 with a lesser one. */
export function requireRank(access: Access, needed: Rank): RequestHandler {
  return (request, _response, next) => {
    const user = signedInUser(access, request)
    if (user.mustChangePassword) {
      throw new Refusal('PASSWORD_CHANGE_REQUIRED', 'choose a password of your own first')
    }
    if (!reaches(rankOfUser(user), needed)) {
      throw new Refusal('FORBIDDEN', `only ${needed === 'admin' ? 'an administrator' : needed} may`)
    }
    next()
  }
}

/** Who looks, for the page, and what they may see. */
export function viewerOf(access: Access, request: Request): { viewer: Viewer; rank: Rank } {
  const display = displayOf(access, request)
  if (display !== null) {
    const { label, view } = display
    return { viewer: { kind: 'display', label, view }, rank: rankOfDisplay(display) }
  }
  const user = userOf(access, request)
  if (user === null) return { viewer: { kind: 'anonymous' }, rank: 'public' }
  const { name, role, mustChangePassword } = user
  return { viewer: { kind: 'user', name, role, mustChangePassword }, rank: rankOfUser(user) }
}

/** The address a request came from, past the proxies that are trusted. */
export function addressOf(request: Request): string {
  return request.ip ?? unknownAddress
}

function displayOf(access: Access, request: Request): DisplayEntry | null {
  const [, token] = /^Bearer (\S+)$/i.exec(request.get('Authorization') ?? '') ?? []
  return token === undefined ? null : access.displays.find(token)
}
