import { describe, expect, it } from 'vitest'
import type { AuthStrategy } from '../../src/node/index.ts'
import { backendKey, type HttpServerOptions, startHttpServer } from '../support/http-server.ts'
import { post, sendHttp } from '../support/send-http.ts'

const path = '/api/channels/members:a/messages'
const page = { Origin: 'https://app.example' }
const cookie = { Cookie: 'user=ada' }

/** As a session is: browsers send it by themselves. */
const cookies: AuthStrategy = {
  name: 'cookie',
  isAmbient: true,
  verifyRequest({ headers }) {
    const userId = /^user=(\w+)$/.exec(headers.cookie ?? '')?.[1]
    return userId === undefined ? { kind: 'absent' } : { kind: 'accepted', identity: { userId } }
  },
}

const withCookies: HttpServerOptions = { auth: { strategies: [cookies] } }

describe('pages of other origins over plain HTTP', () => {
  it('do nothing with a cookie they did not set', async () => {
    await using server = await startHttpServer(withCookies)
    const foreign = await post(server.port, path, 1, { ...page, ...cookie })
    expect([foreign.status, foreign.json().code]).toEqual([403, 'FORBIDDEN'])
    expect(foreign.headers).not.toHaveProperty('access-control-allow-origin')
    const own = { Origin: `http://127.0.0.1:${server.port}` }
    expect((await post(server.port, path, 1, { ...own, ...cookie })).status).toBe(200)
    expect((await post(server.port, path, 1, cookie)).status).toBe(200)
  })

  it('send no form that would be taken for JSON', async () => {
    await using server = await startHttpServer({ ...withCookies, origins: 'any' })
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { ...page, ...cookie, 'Content-Type': type }
      const reply = await sendHttp(server.port, path, { method: 'POST', headers, body: '1' })
      expect(reply.status).toBe(415)
    }
  })

  it('read and publish with cookies where they are listed', async () => {
    await using server = await startHttpServer({ ...withCookies, origins: ['https://app.example'] })
    const reply = await post(server.port, path, 1, { ...page, ...cookie })
    expect(reply.status).toBe(200)
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    })
    const other = await post(server.port, path, 1, { Origin: 'https://evil.example', ...cookie })
    expect(other.status).toBe(403)
  })

  it('never use cookies where any may ask', async () => {
    await using server = await startHttpServer()
    const reply = await post(server.port, '/api/channels/log:a/messages', 1, page)
    expect(reply.headers['access-control-allow-origin']).toBe('*')
    expect(reply.headers).not.toHaveProperty('access-control-allow-credentials')
  })

  it('are told by a preflight what they may send', async () => {
    await using server = await startHttpServer({ origins: ['https://app.example'] })
    const ask = (origin: string) =>
      sendHttp(server.port, path, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      })
    const listed = await ask('https://app.example')
    expect(listed.status).toBe(204)
    expect(listed.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
      'access-control-allow-headers': expect.stringContaining('Idempotency-Key'),
    })
    const other = await ask('https://evil.example')
    expect(other.headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('see why they were refused', async () => {
    await using server = await startHttpServer({ origins: ['https://app.example'] })
    const reply = await sendHttp(server.port, '/api/channels/nowhere/events', { headers: page })
    expect(reply.status).toBe(403)
    expect(reply.headers['access-control-allow-origin']).toBe('https://app.example')
  })

  it('make no difference to a key', async () => {
    const { key, headers } = backendKey(['publish'])
    await using server = await startHttpServer({ ...withCookies, apiKeys: [key] })
    const reply = await post(server.port, path, 1, { ...page, ...headers })
    expect(reply.status).toBe(200)
  })
})
