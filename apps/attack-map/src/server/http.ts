/**
 * The HTTP side: `/health` and `/metrics`, what knows who asks, the built page,
 * and nothing else.
 *
 * Every answer carries the security headers; WebSocket upgrades are Tidewire's.
 */
import { createServer, type Server } from 'node:http'
import { sep } from 'node:path'
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Response,
  type Router,
} from 'express'
import type { LineCounter } from './counts.ts'
import { metricsContentType, renderMetrics } from './metrics.ts'

const contentSecurityPolicy = [
  "default-src 'self'",
  "connect-src 'self' ws: wss:",
  "img-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Not `no-referrer`: with that browsers say `Origin: null` of the page's own forms.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

// Vite puts files with a hash in their name here, and only those.
const hashedFolder = `${sep}assets${sep}`

/** What the HTTP server serves. */
export interface HttpOptions {
  /** The folder of the built page. */
  readonly webRoot: string
  readonly counter: LineCounter
  /** Sign-in, the pages behind it and the API; what they do not know is left to the rest. */
  readonly routes: Router
  /** Proxies whose word about the address and the scheme of a client is taken. */
  readonly trustProxy: readonly string[]
}

/** An HTTP server that does not listen yet. */
export function createHttpServer(options: HttpOptions): Server {
  return createServer(createApp(options))
}

function createApp({ webRoot, counter, routes, trustProxy }: HttpOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', [...trustProxy])
  app.use(setSecurityHeaders)
  app.use(routes)
  app.use(allowReadsOnly)
  app.get('/health', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' })
  })
  app.get('/metrics', (_request, response) => {
    response.set('Cache-Control', 'no-store').set('Content-Type', metricsContentType)
    response.end(renderMetrics(counter))
  })
  app.use(express.static(webRoot, { setHeaders: setCaching, redirect: false }))
  app.use((_request, response) => {
    response.status(404).type('text').send('not found\n')
  })
  app.use(answerError)
  return app
}

const setSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set(securityHeaders)
  next()
}

const allowReadsOnly: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') next()
  else response.status(405).set('Allow', 'GET, HEAD').type('text').send('method not allowed\n')
}

// Express' own answer to an error, say a broken path, shows a stack trace. It
// knows an error handler by its four parameters.
const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const isRequestAtFault = error instanceof Error && 'status' in error && error.status !== 500
  const [status, text] = isRequestAtFault ? [400, 'bad request\n'] : [500, 'server error\n']
  response.status(status).type('text').send(text)
}

function setCaching(response: Response, path: string): void {
  const isHashed = path.includes(hashedFolder)
  response.set('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
}
