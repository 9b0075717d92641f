/**
 * `POST /login`, `POST /logout` and `POST /api/password`.
 *
 * Forms are answered with a redirect, programs with JSON.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { z } from 'zod'
import type { Access } from '../access/access.ts'
import { Refusal } from '../access/refusal.ts'
import type { SignInResult } from '../access/sign-in.ts'
import { userNamePattern } from '../access/users.ts'
import { readBody } from './read-body.ts'
import { beginSession, endSession, sessionCookie } from './session-middleware.ts'
import { addressOf, signedInUser, userOf, viewerOf } from './who-asks.ts'

const credentials = z.object({ name: z.string(), password: z.string() })
const newPassword = z.strictObject({ current: z.string(), next: z.string() })

/** The routes of signing in and out. */
export function signInRoutes(access: Access): Router {
  const routes = express.Router()
  routes.post('/login', express.urlencoded({ extended: false, limit: '16kb' }), logIn(access))
  routes.post('/logout', logOut(access))
  routes.post('/api/password', changePassword(access))
  return routes
}

function logIn(access: Access): RequestHandler {
  return async (request, response) => {
    const { name, password } = readBody(request, credentials)
    const result = await access.signIn.attempt({ name, password, address: addressOf(request) })
    recordAttempt(access, request, { name, result })
    if (result.kind === 'accepted') {
      await beginSession(request, result.user.name)
      // The page of the door is the one that asks for a password of their own.
      const to = result.user.mustChangePassword ? '/login' : '/'
      const { viewer } = viewerOf(access, request)
      answer(request, response, { to, body: { viewer } })
    } else if (isForm(request)) {
      response.redirect(303, `/login?fault=${result.kind}`)
    } else {
      throw refusalOf(result)
    }
  }
}

function logOut(access: Access): RequestHandler {
  return async (request, response) => {
    const user = userOf(access, request)
    await endSession(request)
    if (user !== null) {
      const from = addressOf(request)
      await access.audit.record({ who: user.name, what: 'sign-out', target: null, from })
    }
    response.clearCookie(sessionCookie, { path: '/' })
    answer(request, response, { to: '/', body: {} })
  }
}

/** A user's own password: the current one is asked for, with the same patience as at the door. */
function changePassword(access: Access): RequestHandler {
  return async (request, response) => {
    const { name } = signedInUser(access, request)
    const { current, next } = readBody(request, newPassword)
    const address = addressOf(request)
    const result = await access.signIn.attempt({ name, password: current, address })
    if (result.kind !== 'accepted') throw refusalOf(result)
    if (current === next) throw new Refusal('INVALID', 'choose another password than before')
    await access.users.setPassword(name, next, false)
    // That ended every session of this user, this one too.
    await beginSession(request, name)
    await access.audit.record({ who: name, what: 'password-changed', target: null, from: address })
    response.json({ viewer: viewerOf(access, request).viewer })
  }
}

function recordAttempt(
  access: Access,
  request: Request,
  { name, result }: { readonly name: string; readonly result: SignInResult },
): void {
  const from = addressOf(request)
  // People type passwords in the wrong field; what cannot be a name is not kept.
  const target = userNamePattern.test(name) ? name : null
  if (result.kind === 'accepted') {
    void access.audit.record({ who: name, what: 'sign-in', target: null, from })
  } else if (result.kind === 'refused') {
    void access.audit.record({ who: null, what: 'sign-in-refused', target, from })
  } else if (result.isFirst) {
    void access.audit.record({ who: null, what: 'sign-in-limited', target, from })
  }
}

function refusalOf(result: Exclude<SignInResult, { kind: 'accepted' }>): Refusal {
  if (result.kind === 'refused') {
    return new Refusal('SIGN_IN_REFUSED', 'the name or the password is not right')
  }
  const seconds = Math.ceil(result.retryAfterMs / 1000)
  return new Refusal('RATE_LIMITED', `too many attempts; try again in ${seconds} s`, seconds)
}

function answer(
  request: Request,
  response: Response,
  { to, body }: { readonly to: string; readonly body: object },
): void {
  if (isForm(request)) response.redirect(303, to)
  else response.json(body)
}

function isForm(request: Request): boolean {
  return typeof request.is('application/x-www-form-urlencoded') === 'string'
}
