import { createServer } from 'node:http'
import { connect as connectTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import type { ConnectMiddleware } from '../../src/node/auth/connect-middleware.ts'
import { sessionAuth } from '../../src/node/auth/session-auth.ts'
import { createTidewire } from '../../src/node/tidewire.ts'
import { upgradeRequest } from '../support/byte-socket.ts'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { type SessionApplication, startSessionApplication } from '../support/session-application.ts'
import { listen, stop } from '../support/start-server.ts'

describe('Express 5, express-session and Tidewire on one HTTPS server', () => {
  test('P-003 a session is who its user is, with the first frame', async () => {
    await using application = await startSessionApplication()
    await using client = await application.connect(await application.signIn('ada'))
    expect(client.hello).toMatchObject({ auth: 'done', userId: 'ada' })
    expect(client.hello).not.toHaveProperty('sessionId')
    await client.ask({ type: 'subscribe', id: 1, channel: 'members:a' })
    client.send({ type: 'publish', channel: 'members:a', payload: 1 })
    expect(await client.next('message')).toMatchObject({ from: 'ada' })
  })

  test('P-012 without a session a connection is anonymous', async () => {
    await using application = await startSessionApplication()
    await using client = await application.connect()
    expect(client.hello).toMatchObject({ auth: 'optional', userId: null })
  })

  test('P-004 the answer to a handshake sets no cookie, and the session is not written', async () => {
    await using application = await startSessionApplication({ cookie: { maxAge: 60_000 } })
    const cookie = await application.signIn('ada')
    const before = [...application.writes]
    expect(await headOf(application, { Cookie: cookie })).toMatch(/^HTTP\/1\.1 101 /)
    expect(await headOf(application, { Cookie: cookie })).not.toMatch(/set-cookie/i)
    expect(await headOf(application, {})).not.toMatch(/set-cookie/i)
    expect(application.writes).toEqual(before)
  })

  test('P-004 where a session is the only way in, who has none gets 401', async () => {
    await using application = await startSessionApplication({ auth: { mode: 'required' } })
    const head = await headOf(application, {})
    expect(head).toMatch(/^HTTP\/1\.1 401 /)
    expect(head).toMatch(/cache-control: no-store/i)
    expect(head).toMatch(/x-content-type-options: nosniff/i)
    expect(head).not.toMatch(/www-authenticate/i)
    await using client = await application.connect(await application.signIn('ada'))
    expect(client.hello).toMatchObject({ userId: 'ada' })
  })

  test('P-004 a page of somebody else that uses the session gets 403', async () => {
    await using application = await startSessionApplication()
    const { origin } = application
    const cookie = await application.signIn('ada')
    const host = new URL(origin).host
    const handshake = (page: string) =>
      headOf(application, { Cookie: cookie, Host: host, Origin: page })
    expect(await handshake('https://evil.example')).toMatch(/^HTTP\/1\.1 403 /)
    expect(await handshake('null')).toMatch(/^HTTP\/1\.1 403 /)
    expect(await handshake(origin)).toMatch(/^HTTP\/1\.1 101 /)
  })
})

describe('a session that ends', () => {
  test('closes its connections with 4006, those of others live', async () => {
    await using application = await startSessionApplication()
    const cookie = await application.signIn('ada')
    await using first = await application.connect(cookie)
    await using second = await application.connect(cookie)
    await using another = await application.connect(await application.signIn('ada'))
    await application.signOut(cookie)
    expect(await first.closed()).toMatchObject({ code: 4006 })
    expect(await second.closed()).toMatchObject({ code: 4006 })
    await another.expectSilence()
    await using late = await application.connect(cookie)
    expect(late.hello).toMatchObject({ userId: null })
  })

  test('elsewhere is noticed when the store is read', async () => {
    await using application = await startSessionApplication({ sessions: { recheckMs: 300 } })
    const { store } = application
    await using client = await application.connect(await application.signIn('ada'))
    // As another process would: not through this store's own `destroy`.
    Object.assign(store, { sessions: {} })
    expect(await client.closed()).toMatchObject({ code: 4006 })
  })

  test('with another role is noticed, too, and the client is to come back', async () => {
    await using application = await startSessionApplication({ sessions: { recheckMs: 300 } })
    const cookie = await application.signIn('ada', 'admin')
    await using client = await application.connect(cookie)
    change(application, { role: 'reader' })
    expect(await client.closed()).toMatchObject({ code: 4005 })
  })

  test('P-013 by its age is announced and closes 4005', async () => {
    await using application = await startSessionApplication({ cookie: { maxAge: 3_000 } })
    await using client = await application.connect(await application.signIn('ada'))
    expect(await client.next('auth_expiring')).toMatchObject({ inMs: expect.any(Number) })
    expect(await client.closed()).toMatchObject({ code: 4005 })
  })

  test('closes with tide.disconnect, by the id the application knows', async () => {
    await using application = await startSessionApplication()
    await using client = await application.connect(await application.signIn('ada'))
    const sessionId = Object.keys(Reflect.get(application.store, 'sessions'))[0] ?? ''
    expect(application.tide.disconnect({ sessionId: 'another' })).toBe(0)
    expect(application.tide.disconnect({ sessionId })).toBe(1)
    expect(await client.closed()).toMatchObject({ code: 4006 })
  })
})

describe('a store that is down', () => {
  test('P-004 lets nobody in: 503, and nothing of the cookie is logged', async () => {
    const { logger, lines } = recordingLogger()
    await using application = await startSessionApplication({ logger })
    const cookie = await application.signIn('ada')
    const { store } = application
    store.get = (sessionId, callback) => callback(new Error(`GET sess:${sessionId}: timed out`))
    const head = await headOf(application, { Cookie: cookie })
    expect(head).toMatch(/^HTTP\/1\.1 503 /)
    expect(head).toMatch(/retry-after: \d/i)
    expect(lines.join()).toContain('timed out')
    for (const part of cookie.match(/[\w-]{20,}/g) ?? []) {
      expect(lines.join()).not.toContain(part.replace(/^3A/, ''))
    }
  })
})

test('middleware that is not express-session, without a store, signs in as well', async () => {
  const middleware: ConnectMiddleware = (request, _response, next) => {
    const name = /(?:^|; )user=(\w+)/.exec(request.headers.cookie ?? '')?.[1]
    Object.assign(request, { session: name === undefined ? null : { name } })
    next()
  }
  const strategy = sessionAuth<{ readonly name: string }>({
    middleware,
    identify: ({ name }) => ({ userId: name }),
  })
  const http = createServer()
  const tide = createTidewire({ channels: openChannels, auth: { strategies: [strategy] } })
  tide.attach(http)
  const url = `ws://127.0.0.1:${await listen(http)}/ws`
  await using ada = await connectRaw(url, { headers: { Cookie: 'theme=dark; user=ada' } })
  await using nobody = await connectRaw(url)
  expect(ada.hello).toMatchObject({ userId: 'ada' })
  expect(nobody.hello).toMatchObject({ userId: null })
  await tide.close()
  await stop(http)
})

test('P-011 a token is refused where sessions are the only way, and taken where tokens are listed', async () => {
  await using sessionsOnly = await startSessionApplication()
  await using refused = await sessionsOnly.connect()
  refused.send({ type: 'auth', token: 'right' })
  expect(await refused.closed()).toMatchObject({ code: 4003 })
  const verify = (token: string) => (token === 'right' ? { userId: 'bot' } : null)
  await using both = await startSessionApplication({ auth: { verify } })
  await using taken = await both.connect()
  expect(await taken.ask({ type: 'auth', token: 'right' })).toMatchObject({ userId: 'bot' })
})

/** The head of the answer to a handshake. */
function headOf({ ca, url }: SessionApplication, headers: Record<string, string>): Promise<string> {
  const port = Number(new URL(url).port)
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, ca }, () => {
      socket.write(upgradeRequest({ headers }))
    })
    let head = ''
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      resolve(head.slice(0, head.indexOf('\r\n\r\n')))
      socket.destroy()
    })
  })
}

/** Changes what every session holds, behind the back of this process's own requests. */
function change({ store }: SessionApplication, change: Readonly<Record<string, unknown>>): void {
  const sessions: Record<string, string> = Reflect.get(store, 'sessions')
  for (const [id, text] of Object.entries(sessions)) {
    sessions[id] = JSON.stringify({ ...JSON.parse(text), ...change })
  }
}
