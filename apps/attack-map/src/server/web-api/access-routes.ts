/**
 * Everything over HTTP that knows who asks: sign-in, the pages behind it, and
 * the API. Checks first where a request comes from, then whose it is.
 */
import express, { type RequestHandler, type Router } from 'express'
import type { Access } from '../access/access.ts'
import { adminRoutes } from './admin-routes.ts'
import { answerErrors } from './answer-errors.ts'
import { pageRoutes } from './page-routes.ts'
import { sameOriginOnly } from './same-origin.ts'
import { signInRoutes } from './sign-in-routes.ts'

const paths = ['/api', '/login', '/logout', '/admin', '/logo']
const bodyLimit = '16kb'

/** What the routes are made with. */
export interface AccessRoutesOptions {
  readonly access: Access
  /** Puts the session of a request in its place. */
  readonly session: RequestHandler
  /** The folder of the built pages. */
  readonly webRoot: string
  /** Takes what goes wrong, one line each. */
  readonly warn: (message: string) => void
}

/** The routes; what they do not know is left to those that follow. */
export function accessRoutes({ access, session, webRoot, warn }: AccessRoutesOptions): Router {
  const routes = express.Router()
  routes.use(paths, neverStored, sameOriginOnly, session)
  // Who asks decides before what was sent is read.
  routes.use('/api/admin', adminRoutes(access))
  routes.use(express.json({ limit: bodyLimit }))
  routes.use(signInRoutes(access))
  routes.use(pageRoutes(access, webRoot))
  routes.use('/api', (_request, response) => {
    response.status(404).json({ error: { code: 'NOT_FOUND', message: 'there is no such thing' } })
  })
  routes.use(paths, answerErrors(warn))
  return routes
}

const neverStored: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store')
  next()
}
