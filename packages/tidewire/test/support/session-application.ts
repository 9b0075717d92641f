import { createServer, request } from 'node:https'
import express from 'express'
import session from 'express-session'
import { type SessionAuthOptions, sessionAuth } from '../../src/node/auth/session-auth.ts'
import type { AttachOptions } from '../../src/node/call-options.ts'
import type { AuthOptions, TidewireOptions } from '../../src/node/options.ts'
import { createTidewire, type Tidewire } from '../../src/node/tidewire.ts'
import { selfSignedCertificate } from './certificate.ts'
import { openChannels } from './open-channels.ts'
import { connectRaw, type RawClient } from './raw-client.ts'
import { listen, stop } from './start-server.ts'

/** What the application keeps in a session. */
interface Visit {
  name?: string
  role?: string
}

/**
 * Express 5 with express-session and Tidewire on one HTTPS server and one
 * certificate. `POST /sign-in?name=…&role=…` and `POST /sign-out` are its own.
 */
export async function startSessionApplication(
  options: SessionApplicationOptions = {},
): Promise<SessionApplication> {
  const { auth, attach, cookie, sessions, ...others } = options
  const store = new session.MemoryStore()
  const writes = countWrites(store)
  const middleware = session({
    secret: 'the secret that signs cookies',
    store,
    resave: false,
    saveUninitialized: false,
    ...(cookie !== undefined && { cookie }),
  })
  const { key, cert } = selfSignedCertificate()
  const server = createServer({ key, cert }, applicationWith(middleware))
  const strategy = sessionAuth<Visit>({ middleware, identify: userOf, ...sessions })
  const tide = createTidewire({
    channels: openChannels,
    ...others,
    auth: { strategies: [strategy], ...auth },
  })
  tide.attach(server, attach)
  const port = await listen(server)
  const post = (path: string, sent?: string) => postTo({ port, path, ca: cert, cookie: sent })
  return {
    tide,
    store,
    writes,
    url: `wss://127.0.0.1:${port}/ws`,
    origin: `https://127.0.0.1:${port}`,
    ca: cert,
    async signIn(name, role = 'reader') {
      const set = await post(`/sign-in?name=${name}&role=${role}`)
      return set?.split(';')[0] ?? ''
    },
    async signOut(sent) {
      await post('/sign-out', sent)
    },
    connect(sent, headers = {}) {
      return connectRaw(`wss://127.0.0.1:${port}/ws`, {
        ca: cert,
        headers: { ...headers, ...(sent !== undefined && { Cookie: sent }) },
      })
    },
    async [Symbol.asyncDispose]() {
      await tide.close()
      await stop(server)
    },
  }
}

export interface SessionApplicationOptions extends Partial<TidewireOptions<typeof openChannels>> {
  readonly auth?: AuthOptions
  readonly attach?: AttachOptions
  /** Of express-session. */
  readonly cookie?: session.CookieOptions
  readonly sessions?: Partial<SessionAuthOptions<Visit>>
}

export interface SessionApplication extends AsyncDisposable {
  readonly tide: Tidewire<typeof openChannels>
  readonly store: session.MemoryStore
  /** What was written to the store: `set` and `touch`, in their order. */
  readonly writes: readonly string[]
  readonly url: string
  readonly origin: string
  /** What to trust. */
  readonly ca: string
  /** The answer is the cookie. */
  signIn(name: string, role?: string): Promise<string>
  signOut(cookie: string): Promise<void>
  connect(cookie?: string, headers?: Readonly<Record<string, string>>): Promise<RawClient>
}

function userOf({ name, role }: Visit) {
  return name === undefined ? null : { userId: name, claims: { role } }
}

function applicationWith(middleware: express.RequestHandler): express.Express {
  const app = express()
  app.use(middleware)
  app.post('/sign-in', (request, response) => {
    Object.assign(request.session, { name: request.query['name'], role: request.query['role'] })
    response.end()
  })
  app.post('/sign-out', (request, response) => {
    request.session.destroy(() => response.end())
  })
  return app
}

function countWrites(store: session.MemoryStore): readonly string[] {
  const writes: string[] = []
  const { set, touch } = store
  store.set = (...parameters) => {
    writes.push('set')
    set.apply(store, parameters)
  }
  store.touch = (...parameters) => {
    writes.push('touch')
    touch.apply(store, parameters)
  }
  return writes
}

interface Post {
  readonly port: number
  readonly path: string
  readonly ca: string
  readonly cookie: string | undefined
}

/** The answer is the cookie that was set. */
function postTo({ cookie, ...options }: Post): Promise<string | undefined> {
  const headers = cookie === undefined ? {} : { Cookie: cookie }
  return new Promise((resolve, reject) => {
    const asking = request({ ...options, host: '127.0.0.1', method: 'POST', headers, agent: false })
    asking.once('error', reject)
    asking.once('response', (response) => {
      response.resume().once('end', () => resolve(response.headers['set-cookie']?.[0]))
    })
    asking.end()
  })
}
