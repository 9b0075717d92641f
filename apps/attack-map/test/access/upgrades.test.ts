/**
 * Who gets a WebSocket at all: 401 and 403 before 101.
 */
import { describe, expect, it } from 'vitest'
import { sessionCookie } from '../../src/server/web-api/session-middleware.ts'
import { type ServedMap, serveMap } from './served-map.ts'

describe('/ws/admin', () => {
  it('answers 401 to who brings nothing, next to the public endpoint on the same port', async () => {
    await using map = await serveMap()
    await expect(map.connect({ path: '/ws/admin' })).rejects.toThrow('HTTP 401')
    const socket = await map.connect()
    expect(await socket.subscribe('attacks:public')).toBe('ack')
    socket.close()
  })

  it('answers 401 to an invented cookie, and to a real one with another signature', async () => {
    await using map = await serveMap()
    const cookie = await map.signInAsAdmin()
    for (const forged of forgeriesOf(cookie)) {
      await expect(map.connect({ path: '/ws/admin', cookie: forged })).rejects.toThrow('HTTP 401')
      expect((await map.ask('GET', '/api/admin/users', { cookie: forged })).status).toBe(401)
      const socket = await map.connect({ cookie: forged })
      expect(await socket.subscribe('attacks:operator')).toBe('FORBIDDEN')
      socket.close()
    }
    const socket = await map.connect({ path: '/ws/admin', cookie })
    expect(await socket.subscribe('admin')).toBe('ack')
    socket.close()
  })

  it('answers 401 to a user who still has the password of somebody else', async () => {
    await using map = await serveMap()
    const cookie = await map.signIn('admin', map.oneTimePassword ?? '')
    await expect(map.connect({ path: '/ws/admin', cookie })).rejects.toThrow('HTTP 401')
  })

  it('answers 401 to the cookie of another server', async () => {
    await using map = await serveMap()
    await using other = await serveMap()
    const cookie = await other.signInAsAdmin()
    await expect(map.connect({ path: '/ws/admin', cookie })).rejects.toThrow('HTTP 401')
  })
})

describe.each(['/ws', '/ws/admin'])('%s', (path) => {
  it.each(['http://evil.example', 'null', 'https://127.0.0.1.evil.example'])(
    'answers 403 to a page of %s that has the cookie of its user',
    async (origin) => {
      await using map = await serveMap()
      const cookie = await map.signInAsAdmin()
      await expect(map.connect({ path, cookie, origin })).rejects.toThrow('HTTP 403')
      await expectWellFrom(map, cookie, path)
    },
  )
})

async function expectWellFrom(map: ServedMap, cookie: string, path: string): Promise<void> {
  const socket = await map.connect({ path, cookie, origin: map.origin })
  expect(await socket.subscribe('admin')).toBe('ack')
  socket.close()
}

function forgeriesOf(cookie: string): readonly string[] {
  const value = decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1))
  const [id = '', signature = ''] = value.slice(2).split('.')
  const signed = (text: string) => `${sessionCookie}=${encodeURIComponent(text)}`
  return [
    signed(`s:${id}.${signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`),
    signed(`s:${id.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}.${signature}`),
    signed(`s:${id}`),
    signed(id),
    signed(''),
    `${sessionCookie}=%E0%A4%A`,
    signed(`s:${'x'.repeat(4000)}.${signature}`),
  ]
}
