/**
 * Display tokens: list, make, revoke.
 */
import express, { type Router } from 'express'
import { z } from 'zod'
import type { Access } from '../access/access.ts'
import { readBody } from './read-body.ts'
import type { RecordDeed } from './record-deed.ts'
import { signedInUser } from './who-asks.ts'

const newDisplay = z.strictObject({ label: z.string(), view: z.enum(['public', 'operator']) })

/** The routes, relative to `/api/admin/displays`. */
export function displayRoutes(access: Access, record: RecordDeed): Router {
  const { displays } = access
  const routes = express.Router()
  routes.get('/', (_request, response) => {
    response.json(displays.list())
  })
  routes.post('/', async (request, response) => {
    const { label, view } = readBody(request, newDisplay)
    const createdBy = signedInUser(access, request).name
    const display = await displays.create({ label, view, createdBy })
    await record(request, 'display-created', `${display.label} (${display.view})`)
    response.status(201).json(display)
  })
  routes.delete('/:id', async (request, response) => {
    const { label } = await displays.revoke(request.params.id)
    await record(request, 'display-revoked', label)
    response.status(204).end()
  })
  return routes
}
