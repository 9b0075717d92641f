/**
 * What a page asks for before it connects, and the pages with a name of their own.
 */
import { join } from 'node:path'
import express, { type RequestHandler, type Router } from 'express'
import type { PageStart, Site, SitePoint } from '../../shared/access.ts'
import type { Access } from '../access/access.ts'
import { reaches } from '../access/rank.ts'
import { userOf, viewerOf } from './who-asks.ts'

/** `GET /api/page`, `/logo`, `/login` and `/admin`. */
export function pageRoutes(access: Access, webRoot: string): Router {
  const routes = express.Router()
  routes.get('/api/page', (request, response) => {
    const { viewer, rank } = viewerOf(access, request)
    const start: PageStart = { viewer, site: siteOf(access, reaches(rank, 'operator')) }
    response.json(start)
  })
  routes.get('/logo', sendLogo(access))
  routes.get(['/login.html', '/admin.html'], (request, response) => {
    response.redirect(301, request.path.replace('.html', ''))
  })
  routes.get('/login', sendPage(webRoot, 'login.html'))
  routes.get('/admin', signedInOnly(access), sendPage(webRoot, 'admin.html'))
  return routes
}

function siteOf({ settings, logo }: Access, isExact: boolean): Site {
  const { siteName, home } = settings.current
  return {
    name: siteName,
    home: home === null || isExact ? home : wholeDegrees(home),
    logo: logo.current === null ? null : '/logo',
  }
}

/** As exact as every other place that anybody may see. */
function wholeDegrees({ latitude, longitude }: SitePoint): SitePoint {
  return { latitude: Math.round(latitude) + 0, longitude: Math.round(longitude) + 0 }
}

function sendLogo({ logo }: Access): RequestHandler {
  return (_request, response, next) => {
    const { current } = logo
    if (current === null) next()
    // The browser takes it for what it is here, whatever else it could be read as.
    else response.set('Cache-Control', 'no-cache').type(current.type).send(current.content)
  }
}

function sendPage(webRoot: string, name: string): RequestHandler {
  return (_request, response, next) => {
    response.set('Cache-Control', 'no-cache')
    response.sendFile(join(webRoot, name), { cacheControl: false }, (error) => {
      // The page is not built, or the browser went away meanwhile.
      if (error && !response.headersSent) next()
    })
  }
}

/** A browser is shown the way in; the API behind the page answers 401 and 403 by itself. */
function signedInOnly(access: Access): RequestHandler {
  return (request, response, next) => {
    if (userOf(access, request) === null) response.redirect(303, '/login?next=/admin')
    else next()
  }
}
