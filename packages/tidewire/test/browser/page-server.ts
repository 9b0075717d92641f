import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { method } from '../../src/core/methods.ts'
import type { AuthStrategy } from '../../src/node/index.ts'
import { startServer, type TestServer } from '../support/start-server.ts'

/** Serves the page under test beside what it talks to; who opens it has a session cookie. */
export async function startPageServer(): Promise<TestServer> {
  const script = await bundled()
  const server: TestServer = await startServer({
    channels: {
      'log:{name}': {
        subscribe: 'authenticated',
        publish: 'authenticated',
        history: { size: 1_000 },
      },
    },
    methods: {
      whoAmI: method({ access: 'authenticated', handle: (_, { user }) => user?.userId ?? null }),
    },
    auth: { mode: 'required', strategies: [session] },
    onRequest(request, response) {
      if (server.tide.handle(request, response)) return
      if (request.url === '/strict') {
        // `'self'` would allow a WebSocket to this very host.
        const policy = `connect-src http://${request.headers.host}`
        response.setHeader('Content-Security-Policy', policy)
      }
      if (request.url === '/page.js') {
        response.setHeader('Content-Type', 'text/javascript').end(script)
      } else {
        response.setHeader('Set-Cookie', 'session=ada; HttpOnly; SameSite=Strict; Path=/')
        response.setHeader('Content-Type', 'text/html').end(html)
      }
    },
  })
  return server
}

const html =
  '<!doctype html><title>page under test</title><script type="module" src="/page.js"></script>'

/** A browser brings it by itself, and no script can read it. */
const session: AuthStrategy = {
  name: 'session',
  isAmbient: true,
  verifyRequest({ headers }) {
    const userId = /(?:^|; )session=(\w+)/.exec(headers.cookie ?? '')?.[1]
    return userId === undefined ? { kind: 'absent' } : { kind: 'accepted', identity: { userId } }
  },
}

/** The page's program, as an application's own build makes it. */
async function bundled(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    root: fileURLToPath(new URL('.', import.meta.url)),
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: fileURLToPath(new URL('page.ts', import.meta.url)) },
    },
  })
  const [output] = Array.isArray(built) ? built : [built]
  const chunk = output !== undefined && 'output' in output ? output.output[0] : undefined
  if (chunk === undefined) throw new Error('the page was not built')
  return chunk.code
}
