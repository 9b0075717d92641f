/**
 * Settings and logo.
 */
import express, { type Router } from 'express'
import type { Settings } from '../../shared/access.ts'
import type { Access } from '../access/access.ts'
import { Refusal } from '../access/refusal.ts'
import { logoTypeOf, maxLogoBytes } from '../settings/logo-file.ts'
import { settingsSchema } from '../settings/settings-file.ts'
import { readBody } from './read-body.ts'
import type { RecordDeed } from './record-deed.ts'

/** `/settings` and `/logo`, relative to `/api/admin`. */
export function settingsRoutes({ settings, logo }: Access, record: RecordDeed): Router {
  const routes = express.Router()
  routes.get('/settings', (_request, response) => {
    response.json(settings.current)
  })
  routes.put('/settings', async (request, response) => {
    const before = settings.current
    await settings.replace(readBody(request, settingsSchema))
    await record(request, 'settings-changed', changesBetween(before, settings.current))
    response.json(settings.current)
  })
  const image = express.raw({ type: () => true, limit: maxLogoBytes })
  routes.put('/logo', image, async (request, response) => {
    const content: unknown = request.body
    const type = Buffer.isBuffer(content) ? logoTypeOf(content) : null
    if (!Buffer.isBuffer(content) || type === null) {
      throw new Refusal('WRONG_TYPE', 'a logo is a PNG, JPEG or WebP image')
    }
    await logo.replace({ type, content })
    await record(request, 'logo-set', `${type}, ${content.length} bytes`)
    response.status(204).end()
  })
  routes.delete('/logo', async (request, response) => {
    await logo.replace(null)
    await record(request, 'logo-removed', 'logo')
    response.status(204).end()
  })
  return routes
}

/** `siteName "NOC", home null`: what is not as it was. */
function changesBetween(before: Settings, after: Settings): string {
  const old = new Map(Object.entries(before).map(([name, value]) => [name, JSON.stringify(value)]))
  const changes = Object.entries(after)
    .map(([name, value]) => [name, JSON.stringify(value)] as const)
    .filter(([name, text]) => old.get(name) !== text)
  return changes.map(([name, text]) => `${name} ${text}`).join(', ') || 'nothing'
}
