/**
 * Requests that change something have to come from a page of this server.
 *
 * A browser says where a request comes from (`Sec-Fetch-Site`, or `Origin`
 * before that); a page elsewhere cannot make it lie. What says neither is
 * refused as well: a program has to name the server as its `Origin`.
 */
import type { Request, RequestHandler } from 'express'
import { Refusal } from '../access/refusal.ts'

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Lets through what is safe to ask, and what comes from here. */
export const sameOriginOnly: RequestHandler = (request, _response, next) => {
  if (safeMethods.has(request.method) || isFromHere(request)) next()
  else next(new Refusal('FOREIGN_ORIGIN', 'this has to be asked by a page of this server'))
}

function isFromHere(request: Request): boolean {
  const site = request.get('Sec-Fetch-Site')
  if (site !== undefined && site !== 'same-origin') return false
  const origin = request.get('Origin')
  if (origin === undefined) return site === 'same-origin'
  // Past the proxies that are trusted, as the address of a client is.
  return hostOf(origin) === request.host.toLowerCase()
}

/** Null for `null`, and for what is no origin. Without the scheme: a proxy may have ended TLS. */
function hostOf(origin: string): string | null {
  try {
    const { protocol, host } = new URL(origin)
    return protocol === 'https:' || protocol === 'http:' ? host : null
  } catch {
    return null
  }
}
