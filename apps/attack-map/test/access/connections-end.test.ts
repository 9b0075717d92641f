/**
 * A connection is worth what it rests on: when that ends, it is closed (4006).
 */
import { describe, expect, it } from 'vitest'
import { goodPassword, type ServedMap, serveMap } from './served-map.ts'

const hours = 60 * 60_000

async function operatorOn(map: ServedMap) {
  const admin = await map.signInAsAdmin()
  const cookie = await map.addUser(admin, 'ada', 'operator')
  const socket = await map.connect({ cookie })
  expect(await socket.subscribe('attacks:operator')).toBe('ack')
  return { admin, cookie, socket }
}

describe('a live connection is closed', () => {
  it('when its user signs out, and the cookie is worth nothing', async () => {
    await using map = await serveMap()
    const { cookie, socket } = await operatorOn(map)
    expect((await map.ask('POST', '/logout', { cookie })).status).toBe(200)
    expect(await socket.closed).toBe(4006)
    expect((await map.ask('GET', '/api/page', { cookie })).json.viewer).toEqual({
      kind: 'anonymous',
    })
    await expect(map.connect({ cookie, path: '/ws/admin' })).rejects.toThrow('HTTP 401')
  })

  it('when its session expires', async () => {
    await using map = await serveMap()
    const { cookie, socket } = await operatorOn(map)
    map.advance(13 * hours)
    expect((await map.ask('GET', '/api/page', { cookie })).json.viewer.kind).toBe('anonymous')
    expect(await socket.closed).toBe(4006)
  })

  it.each([
    ['is removed', 'DELETE', '/api/admin/users/ada', undefined],
    ['gets another role', 'PUT', '/api/admin/users/ada/role', { role: 'admin' }],
    [
      'gets another password',
      'PUT',
      '/api/admin/users/ada/password',
      { password: 'given by admin' },
    ],
  ])('when its user %s', async (_what, method, path, body) => {
    await using map = await serveMap()
    const { admin, cookie, socket } = await operatorOn(map)
    const { status } = await map.ask(method, path, { cookie: admin, body })
    expect(status).toBeLessThan(300)
    expect(await socket.closed).toBe(4006)
    expect((await map.ask('GET', '/api/page', { cookie })).json.viewer.kind).toBe('anonymous')
    // Nobody else's.
    expect((await map.ask('GET', '/api/admin/users', { cookie: admin })).status).toBe(200)
  })

  it('when its user chooses another password elsewhere; that session goes on', async () => {
    await using map = await serveMap()
    const { socket } = await operatorOn(map)
    const elsewhere = await map.signIn('ada', goodPassword)
    const body = { current: goodPassword, next: 'another good password' }
    const { cookie } = await map.ask('POST', '/api/password', { cookie: elsewhere, body })
    expect(await socket.closed).toBe(4006)
    expect(cookie).not.toBe(elsewhere)
    const again = await map.connect({ cookie: cookie ?? '' })
    expect(await again.subscribe('attacks:operator')).toBe('ack')
    again.close()
  })
})

describe('a display', () => {
  async function displayOn(map: ServedMap, view: 'public' | 'operator') {
    const cookie = await map.signInAsAdmin()
    const body = { label: 'Lobby', view }
    const { json } = await map.ask('POST', '/api/admin/displays', { cookie, body })
    return { cookie, token: String(json.token), id: String(json.id) }
  }

  it('sees what it was made for, and cannot ask for anything else', async () => {
    await using map = await serveMap()
    const { token } = await displayOn(map, 'operator')
    const socket = await map.connect({ token })
    expect(await socket.subscribe('attacks:operator')).toBe('ack')
    expect(await socket.subscribe('admin')).toBe('FORBIDDEN')
    socket.close()
    const headers = { Authorization: `Bearer ${token}` }
    const { json } = await map.ask('GET', '/api/page', { headers })
    expect(json.viewer).toEqual({ kind: 'display', label: 'Lobby', view: 'operator' })
    expect((await map.ask('GET', '/api/admin/users', { headers })).status).toBe(401)
  })

  it('for the public view sees what anybody sees', async () => {
    await using map = await serveMap()
    const { token } = await displayOn(map, 'public')
    const socket = await map.connect({ token })
    expect(await socket.subscribe('attacks:public')).toBe('ack')
    expect(await socket.subscribe('attacks:operator')).toBe('FORBIDDEN')
    socket.close()
  })

  it('goes dark at once when its token is revoked, and does not come back', async () => {
    await using map = await serveMap()
    const { cookie, token, id } = await displayOn(map, 'operator')
    const socket = await map.connect({ token })
    expect(await socket.subscribe('attacks:operator')).toBe('ack')
    expect((await map.ask('DELETE', `/api/admin/displays/${id}`, { cookie })).status).toBe(204)
    expect(await socket.closed).toBe(4006)
    await expect(map.connect({ token })).rejects.toThrow('the connection closed')
    const { json } = await map.ask('GET', '/api/page', {
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(json.viewer.kind).toBe('anonymous')
  })

  it.each(['token', 'display', 'access_token'])(
    'is not let in by ?%s= in an address',
    async (name) => {
      await using map = await serveMap()
      const { token } = await displayOn(map, 'operator')
      const socket = await map.connect({ path: `/ws?${name}=${token}` })
      expect(await socket.subscribe('attacks:operator')).toBe('FORBIDDEN')
      socket.close()
      await expect(map.connect({ path: `/ws/admin?${name}=${token}` })).rejects.toThrow('HTTP 401')
    },
  )
})
