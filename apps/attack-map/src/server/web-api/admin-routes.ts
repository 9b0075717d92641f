/**
 * `/api/admin`: what only administrators may ask for, each change in the audit log.
 */
import express, { type Request, type Router } from 'express'
import type { AuditAction } from '../../shared/access.ts'
import type { Access } from '../access/access.ts'
import { displayRoutes } from './display-routes.ts'
import { settingsRoutes } from './settings-routes.ts'
import { userRoutes } from './user-routes.ts'
import { addressOf, requireRank } from './who-asks.ts'

const auditEntries = 200
const bodyLimit = '16kb'

/** Writes down what the user of a request did. */
export type RecordDeed = (request: Request, what: AuditAction, target: string) => Promise<void>

/** The routes, relative to `/api/admin`. */
export function adminRoutes(access: Access): Router {
  const routes = express.Router()
  // By its session: whoever removed themselves is nobody's user by now.
  const record: RecordDeed = (request, what, target) => {
    const who = request.session.userName ?? null
    return access.audit.record({ who, what, target, from: addressOf(request) })
  }
  routes.use(requireRank(access, 'admin'))
  routes.use(express.json({ limit: bodyLimit }))
  routes.use('/users', userRoutes(access.users, record))
  routes.use('/displays', displayRoutes(access, record))
  routes.use(settingsRoutes(access, record))
  routes.get('/audit', (_request, response) => {
    response.json(access.audit.recent(auditEntries))
  })
  return routes
}
