/**
 * `/api/admin`: who may, what bad input gets, and what outlives the process.
 */
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { goodPassword, serveMap, serveMapOn } from './served-map.ts'

const routes = [
  ['GET', '/api/admin/users'],
  ['POST', '/api/admin/users'],
  ['DELETE', '/api/admin/users/admin'],
  ['PUT', '/api/admin/users/admin/role'],
  ['PUT', '/api/admin/users/admin/password'],
  ['GET', '/api/admin/displays'],
  ['POST', '/api/admin/displays'],
  ['DELETE', '/api/admin/displays/x'],
  ['GET', '/api/admin/settings'],
  ['PUT', '/api/admin/settings'],
  ['PUT', '/api/admin/logo'],
  ['DELETE', '/api/admin/logo'],
  ['GET', '/api/admin/audit'],
  ['GET', '/api/admin/nothing'],
] as const

const settings = {
  siteName: 'Harbour',
  home: { latitude: 53.55, longitude: 9.99 },
  silentAfterSeconds: 300,
}
const ada = { name: 'ada', role: 'operator', password: goodPassword }
const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex')

describe('the administration', () => {
  it('answers 401 without a session and 403 to an operator, whatever is asked', async () => {
    await using map = await serveMap()
    const cookie = await map.addUser(await map.signInAsAdmin(), 'ada', 'operator')
    for (const [method, path] of routes) {
      expect([path, (await map.ask(method, path)).status]).toEqual([path, 401])
      expect([path, (await map.ask(method, path, { cookie })).status]).toEqual([path, 403])
    }
  })

  it('shows its page to who is signed in and the door to others', async () => {
    await using map = await serveMap()
    const { status, headers } = await map.ask('GET', '/admin')
    expect([status, headers.location]).toEqual([303, '/login?next=/admin'])
    expect((await map.ask('GET', '/admin.html')).headers.location).toBe('/admin')
  })

  it('writes down who did what, to whom, and from where, and no password', async () => {
    await using map = await serveMap()
    const cookie = await map.signInAsAdmin()
    await map.addUser(cookie, 'ada', 'operator')
    await map.ask('PUT', '/api/admin/settings', { cookie, body: settings })
    await map.ask('DELETE', '/api/admin/users/ada', { cookie })
    await map.ask('POST', '/login', { body: { name: 'my secret typed wrong', password: 'x' } })
    const { json, text } = await map.ask('GET', '/api/admin/audit', { cookie })
    const rows = json.map((entry: Record<string, unknown>) => [
      entry['who'],
      entry['what'],
      entry['target'],
    ])
    expect(rows).toEqual([
      [null, 'sign-in-refused', null],
      ['admin', 'user-removed', 'ada'],
      [
        'admin',
        'settings-changed',
        'siteName "Harbour", home {"latitude":53.55,"longitude":9.99}, silentAfterSeconds 300',
      ],
      ['ada', 'password-changed', null],
      ['ada', 'sign-in', null],
      ['admin', 'user-added', 'ada (operator)'],
      ['admin', 'password-changed', null],
      ['admin', 'sign-in', null],
      [null, 'server-started', null],
    ])
    expect(json[1]).toMatchObject({ from: '127.0.0.1', at: expect.any(Number) })
    expect(text).not.toContain(goodPassword)
    expect(text).not.toContain('my secret')
  })

  it.each([
    ['a name in capitals', 'POST', 'users', { ...ada, name: 'Ada' }, 400],
    ['an unknown role', 'POST', 'users', { ...ada, role: 'root' }, 400],
    ['a short password', 'POST', 'users', { ...ada, password: 'x' }, 400],
    ['a name that is taken', 'POST', 'users', { ...ada, name: 'admin' }, 409],
    ['an array', 'POST', 'users', [], 400],
    ['broken JSON', 'POST', 'users', '{', 400],
    ['the end of the only administrator', 'DELETE', 'users/admin', undefined, 409],
    ['the end of nobody', 'DELETE', 'users/nobody', undefined, 404],
    ['the end of a prototype', 'DELETE', 'users/__proto__', undefined, 404],
    ['a path that is no UTF-8', 'DELETE', 'users/%ff', undefined, 400],
    ['the last demotion', 'PUT', 'users/admin/role', { role: 'operator' }, 409],
    ['an own password without the old', 'PUT', 'users/admin/password', { password: 'x' }, 403],
    ['a display without a label', 'POST', 'displays', { label: '', view: 'public' }, 400],
    ['a display with a rank', 'POST', 'displays', { label: 'a', view: 'admin' }, 400],
    ['the end of no display', 'DELETE', 'displays/x', undefined, 404],
    ['a site without a name', 'PUT', 'settings', { ...settings, siteName: '' }, 400],
    ['a setting there is none of', 'PUT', 'settings', { ...settings, isAdmin: true }, 400],
    ['20 kB of JSON', 'PUT', 'settings', { ...settings, siteName: 'x'.repeat(20_000) }, 413],
    ['an SVG for a logo', 'PUT', 'logo', '<svg xmlns="http://www.w3.org/2000/svg"/>', 415],
    ['nothing for a logo', 'PUT', 'logo', undefined, 415],
    ['300 KiB of logo', 'PUT', 'logo', Buffer.alloc(300 * 1024), 413],
    ['a route there is none of', 'GET', 'nothing', undefined, 404],
    ['a method there is none of', 'PATCH', 'users', {}, 404],
  ])('answers %s', async (_what, method, path, body, status) => {
    await using map = await serveMap()
    const cookie = await map.signInAsAdmin()
    const headers = path === 'logo' ? { 'Content-Type': 'image/png' } : {}
    const answer = await map.ask(method, `/api/admin/${path}`, { cookie, body, headers })
    expect(answer.status).toBe(status)
    expect(answer.json.error.code).toMatch(/^[A-Z_]+$/)
    expect(answer.text).not.toMatch(/node_modules|\/src\/|\bat /)
    expect(map.warnings).toEqual([])
  })

  it('takes a removed administrator out at once', async () => {
    await using map = await serveMap()
    const admin = await map.signInAsAdmin()
    const other = await map.addUser(admin, 'eve', 'admin')
    expect((await map.ask('DELETE', '/api/admin/users/eve', { cookie: other })).status).toBe(204)
    expect((await map.ask('GET', '/api/admin/users', { cookie: other })).status).toBe(401)
    const { json } = await map.ask('GET', '/api/admin/audit', { cookie: admin })
    expect(json[0]).toMatchObject({ who: 'eve', what: 'user-removed', target: 'eve' })
  })
})

describe('the site', () => {
  it('tells anybody its name and its home to the degree, and operators where exactly', async () => {
    await using map = await serveMap()
    const cookie = await map.signInAsAdmin()
    await map.ask('PUT', '/api/admin/settings', { cookie, body: settings })
    const { json: anybody } = await map.ask('GET', '/api/page')
    expect(anybody.site).toEqual({
      name: 'Harbour',
      home: { latitude: 54, longitude: 10 },
      logo: null,
    })
    const { json: operator } = await map.ask('GET', '/api/page', { cookie })
    expect(operator.site.home).toEqual(settings.home)
  })

  it('serves its logo as what it is by its content', async () => {
    await using map = await serveMap()
    const cookie = await map.signInAsAdmin()
    const headers = { 'Content-Type': 'text/html' }
    const set = await map.ask('PUT', '/api/admin/logo', { cookie, headers, body: png })
    expect(set.status).toBe(204)
    const logo = await map.ask('GET', '/logo')
    expect(logo.headers['content-type']).toBe('image/png')
    expect(logo.headers['x-content-type-options']).toBe('nosniff')
    expect((await map.ask('GET', '/api/page')).json.site.logo).toBe('/logo')
    await map.ask('DELETE', '/api/admin/logo', { cookie })
    expect((await map.ask('GET', '/logo')).status).toBe(404)
  })

  it.each([
    '/data/users.json',
    '/../data/users.json',
    '/..%2fdata%2fusers.json',
    '/logo/../data/users.json',
    '/logo/..%2fusers.json',
    '/api/..%2fdata/users.json',
  ])('does not serve its data for %s', async (path) => {
    await using map = await serveMap()
    const { text } = await map.ask('GET', path)
    expect(text).not.toContain('argon2id')
  })
})

describe('a restart', () => {
  it('keeps users, displays, settings, logo and the audit log, and no session', async () => {
    await using folder = await temporaryFolder()
    const before = await serveMapOn(folder)
    const cookie = await before.signInAsAdmin()
    await before.ask('PUT', '/api/admin/settings', { cookie, body: settings })
    const headers = { 'Content-Type': 'image/png' }
    await before.ask('PUT', '/api/admin/logo', { cookie, headers, body: png })
    const display = { label: 'Lobby', view: 'operator' }
    const { json } = await before.ask('POST', '/api/admin/displays', { cookie, body: display })
    await before[Symbol.asyncDispose]()

    await using after = await serveMapOn(folder)
    expect(after.oneTimePassword).toBeNull()
    expect((await after.ask('GET', '/api/admin/users', { cookie })).status).toBe(401)
    const again = await after.signIn('admin', goodPassword)
    const get = async (path: string) => (await after.ask('GET', path, { cookie: again })).json
    expect(await get('/api/admin/settings')).toEqual(settings)
    expect((await get('/api/page')).site.logo).toBe('/logo')
    expect((await get('/api/admin/audit')).length).toBeGreaterThan(5)
    const socket = await after.connect({ token: json.token })
    expect(await socket.subscribe('attacks:operator')).toBe('ack')
    socket.close()
  })
})
