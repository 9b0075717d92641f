/**
 * `/api/admin`: what only administrators may ask for, each change in the audit log.
 */
import express, { type Router } from 'express'
import type { Access } from '../access/access.ts'
import { displayRoutes } from './display-routes.ts'
import { recordDeedsIn } from './record-deed.ts'
import { settingsRoutes } from './settings-routes.ts'
import { userRoutes } from './user-routes.ts'
import { requireRank } from './who-asks.ts'

const auditEntries = 200
const bodyLimit = '16kb'

/** The routes, relative to `/api/admin`. */
export function adminRoutes(access: Access): Router {
  const routes = express.Router()
  const record = recordDeedsIn(access.audit)
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
