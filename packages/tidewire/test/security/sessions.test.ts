import { createHmac } from 'node:crypto'
import session from 'express-session'
import { describe, expect, test } from 'vitest'
import { sessionAuth } from '../../src/node/index.ts'
import { openChannels } from '../support/open-channels.ts'
import type { RawClient } from '../support/raw-client.ts'
import { besiege } from './harness/besiege.ts'

const secret = 'the secret that signs session cookies'

/** What an application would have: its middleware and store, and who has signed in. */
function application() {
  const store = new session.MemoryStore()
  const middleware = session({ secret, store, resave: false, saveUninitialized: false })
  const strategy = sessionAuth<{ readonly userId?: string }>({
    // The middleware is typed for Express's requests; it reads no more than is there.
    middleware: middleware as never,
    identify: ({ userId }) => (userId === undefined ? null : { userId }),
  })
  return { store, strategy }
}

/** A session somebody has signed in to, and the cookie of it. */
function signIn(store: session.MemoryStore, sessionId: string, expires: Date): string {
  const cookie = { originalMaxAge: null, expires }
  // What a store keeps is JSON; its type asks for more.
  store.set(sessionId, { cookie, userId: 'ada' } as unknown as session.SessionData)
  return cookieOf(sessionId, secret)
}

function cookieOf(sessionId: string, key: string): string {
  const signature = createHmac('sha256', key).update(sessionId).digest('base64').replace(/=+$/, '')
  return `connect.sid=${encodeURIComponent(`s:${sessionId}.${signature}`)}`
}

const later = () => new Date(Date.now() + 600_000)
const before = () => new Date(Date.now() - 1_000)

describe('session cookies beside anonymous users', () => {
  const { store, strategy } = application()
  const siege = besiege({ auth: { strategies: [strategy] }, channels: openChannels })
  const connectWith = (cookie: string): Promise<RawClient> =>
    siege.connect({ headers: { Cookie: cookie } })

  test('row 22: the right cookie says who it is', async () => {
    await using client = await connectWith(signIn(store, 'right', later()))
    expect(client.hello).toMatchObject({ userId: 'ada' })
    store.destroy('right')
    expect(await client.closed()).toMatchObject({ code: 4006 })
  })

  test.each([
    ['forged', () => cookieOf(idOf(signIn(store, 'forged', later())), 'another secret')],
    ['without a signature', () => `connect.sid=${idOf(signIn(store, 'bare', later()))}`],
    ['of an expired session', () => signIn(store, 'expired', before())],
    ['of a session nobody has', () => cookieOf('nobody', secret)],
    ['of a destroyed session', () => destroyed(signIn(store, 'gone', later()))],
    ['of __proto__', () => cookieOf('__proto__', secret)],
    ['of garbage', () => 'connect.sid=%%%;;==; connect.sid'],
  ])('row 22: a cookie %s is nobody', async (_, makeCookie) => {
    await using client = await connectWith(makeCookie())
    expect(client.hello).toMatchObject({ userId: null })
    const answer = await client.ask({ type: 'subscribe', id: 1, channel: 'members:a' })
    expect(answer).toMatchObject({ code: 'FORBIDDEN' })
  })

  test('row 22: a session that is destroyed while it is connected closes all its connections with 4006', async () => {
    const cookie = signIn(store, 'live', later())
    await using first = await connectWith(cookie)
    await using second = await connectWith(cookie)
    await using other = await connectWith(signIn(store, 'other', later()))
    store.destroy('live')
    expect(await first.closed()).toMatchObject({ code: 4006 })
    expect(await second.closed()).toMatchObject({ code: 4006 })
    await other.expectSilence()
  })

  test('row 22: nothing of a cookie is logged', async () => {
    const cookie = signIn(store, 'logged-nowhere', later())
    await using client = await connectWith(cookie)
    client.send('not JSON')
    await client.closed()
    expect(siege.log).not.toContain('logged-nowhere')
  })

  function idOf(cookie: string): string {
    return (
      decodeURIComponent(cookie)
        .replace(/^connect\.sid=s:/, '')
        .split('.')[0] ?? ''
    )
  }

  function destroyed(cookie: string): string {
    store.destroy(idOf(cookie))
    return cookie
  }
})

describe('session cookies where one is required', () => {
  const { store, strategy } = application()
  const siege = besiege({
    auth: { mode: 'required', strategies: [strategy] },
    witness: { headers: { Cookie: signIn(store, 'witness', later()) } },
  })

  test.each([
    ['none', null],
    ['a forged one', cookieOf('witness', 'another secret')],
    ['one of no session', cookieOf('nobody', secret)],
  ])('row 22: with %s the handshake gets 401', async (_, cookie) => {
    expect(await siege.statusOf({ headers: { Cookie: cookie } })).toBe(401)
  })
})

describe('pages of somebody else', () => {
  const { store, strategy } = application()
  const cookie = signIn(store, 'ambient', later())
  const siege = besiege({ auth: { strategies: [strategy] } })
  test.each([
    'https://evil.example',
    'http://127.0.0.1.evil.example',
    'http://evil.example/http://127.0.0.1',
    'http://127.0.0.1:1',
    'null',
    'file://',
    'http://',
    '://',
    'x'.repeat(5_000),
  ])("row 23: a page of %s that opens a socket with the user's cookie gets 403", async (origin) => {
    expect(await siege.statusOf({ headers: { Cookie: cookie, Origin: origin } })).toBe(403)
  })

  test('row 23: a page of the same host may', async () => {
    const { port } = siege.server
    const headers = {
      Cookie: cookie,
      Host: `127.0.0.1:${port}`,
      Origin: `http://127.0.0.1:${port}`,
    }
    expect(await siege.statusOf({ headers })).toBe(101)
  })
})

describe('a list of origins', () => {
  const siege = besiege({ origins: ['https://app.example'] })
  const origins = {
    refused: [
      'https://evil.example',
      'http://app.example',
      'https://app.example:8443',
      'https://app.example.evil.example',
      'https://app.example@evil.example',
      'https://sub.app.example',
      'null',
      '',
    ],
    taken: ['https://app.example', 'https://APP.example', 'https://app.example:443'],
  }

  test.each(origins.refused)(
    'row 3: Origin %j is not on it and gets 403 before 101',
    async (origin) => {
      expect(await siege.statusOf({ headers: { Origin: origin } })).toBe(403)
    },
  )

  test('row 3: two Origins are none', async () => {
    // In one header, as a line of its own would be put behind it.
    const origin = 'https://app.example\r\nOrigin: https://evil.example'
    expect(await siege.statusOf({ headers: { Origin: origin } })).not.toBe(101)
  })

  test.each(origins.taken)('row 3: Origin %j is on it', async (origin) => {
    expect(await siege.statusOf({ headers: { Origin: origin } })).toBe(101)
  })

  test('row 3: what is not a browser sends no Origin and is let in', async () => {
    await using client = await siege.connect()
    await client.expectSilence()
  })
})
