/**
 * The door over HTTP: what a session is worth, and how often one may knock.
 */
import { describe, expect, it } from 'vitest'
import { goodPassword, serveMap } from './served-map.ts'

describe('a session', () => {
  it('has a cookie no script reads and no other site sends, and none before signing in', async () => {
    await using map = await serveMap()
    for (const path of ['/', '/login', '/api/page']) {
      expect((await map.ask('GET', path)).cookie).toBeNull()
    }
    const body = { name: 'admin', password: map.oneTimePassword }
    const { headers } = await map.ask('POST', '/login', { body })
    const [cookie] = headers['set-cookie'] ?? []
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
    expect(cookie).not.toContain('Secure')
  })

  it('has a cookie for TLS only where a trusted proxy says that it ends TLS', async () => {
    await using map = await serveMap({ trustProxy: ['loopback'] })
    const body = { name: 'admin', password: map.oneTimePassword }
    const headers = { 'X-Forwarded-Proto': 'https' }
    const answer = await map.ask('POST', '/login', { body, headers })
    expect(answer.headers['set-cookie']?.[0]).toContain('Secure')
  })

  it('begins under an id nobody knew before', async () => {
    await using map = await serveMap()
    const planted = await map.signIn('admin', map.oneTimePassword ?? '')
    const body = { name: 'admin', password: map.oneTimePassword }
    const { cookie } = await map.ask('POST', '/login', { body, cookie: planted })
    expect(cookie).not.toBe(planted)
    const viewer = async (with_: string) =>
      (await map.ask('GET', '/api/page', { cookie: with_ })).json.viewer.kind
    expect(await viewer(planted)).toBe('anonymous')
    expect(await viewer(cookie ?? '')).toBe('user')
  })

  it('does nothing before the password is its own user’s choice', async () => {
    await using map = await serveMap()
    const oneTime = map.oneTimePassword ?? ''
    const cookie = await map.signIn('admin', oneTime)
    const { status, json } = await map.ask('GET', '/api/admin/users', { cookie })
    expect([status, json.error.code]).toEqual([403, 'PASSWORD_CHANGE_REQUIRED'])
    const change = (current: string, next: string) =>
      map.ask('POST', '/api/password', { cookie, body: { current, next } })
    expect((await change('wrong', goodPassword)).status).toBe(401)
    expect((await change(oneTime, oneTime)).status).toBe(400)
    expect((await change(oneTime, 'short')).status).toBe(400)
    const changed = await change(oneTime, goodPassword)
    expect(changed.json.viewer.mustChangePassword).toBe(false)
    const own = changed.cookie ?? ''
    expect((await map.ask('GET', '/api/admin/users', { cookie: own })).status).toBe(200)
    expect((await map.ask('GET', '/api/admin/users', { cookie })).status).toBe(401)
    await expect(map.signIn('admin', oneTime)).rejects.toThrow('401')
  })

  it('can be had with a form as well', async () => {
    await using map = await serveMap()
    await map.signInAsAdmin()
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const log = (password: string) =>
      map.ask('POST', '/login', {
        headers,
        body: `name=admin&password=${encodeURIComponent(password)}`,
      })
    const refused = await log('wrong')
    expect([refused.status, refused.headers.location]).toEqual([303, '/login?fault=refused'])
    const accepted = await log(goodPassword)
    expect([accepted.status, accepted.headers.location]).toEqual([303, '/'])
    expect(accepted.cookie).not.toBeNull()
  })
})

describe('a guesser', () => {
  it('is answered the same for a name that exists and one that does not', async () => {
    await using map = await serveMap()
    const guess = async (name: string) => {
      const { status, text } = await map.ask('POST', '/login', {
        body: { name, password: 'wrong' },
      })
      return { status, text }
    }
    expect(await guess('admin')).toEqual(await guess('nobody'))
    expect((await guess('admin')).status).toBe(401)
  })

  it('is stopped after ten guesses, told until when, and the audit log has it once', async () => {
    await using map = await serveMap()
    const admin = await map.signInAsAdmin()
    const guess = () => map.ask('POST', '/login', { body: { name: 'ada', password: 'wrong' } })
    const statuses = []
    for (let count = 0; count < 13; count += 1) statuses.push((await guess()).status)
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429, 429])
    const limited = await guess()
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0)
    expect(limited.json.error.code).toBe('RATE_LIMITED')
    const { json } = await map.ask('GET', '/api/admin/audit', { cookie: admin })
    const whats = json.map((entry: { what: string }) => entry.what)
    expect(whats.filter((what: string) => what === 'sign-in-limited')).toHaveLength(1)
    expect(whats.filter((what: string) => what === 'sign-in-refused')).toHaveLength(10)
    map.advance(60_000)
    expect((await guess()).status).toBe(401)
  })

  it('is not another one for every X-Forwarded-For it makes up', async () => {
    await using map = await serveMap()
    const statuses = []
    for (let count = 0; count < 21; count += 1) {
      const headers = { 'X-Forwarded-For': `192.0.2.${count}` }
      const body = { name: `user${count}`, password: 'wrong' }
      statuses.push((await map.ask('POST', '/login', { headers, body })).status)
    }
    expect(statuses.at(-2)).toBe(401)
    expect(statuses.at(-1)).toBe(429)
  })

  it.each([
    {},
    { name: 'admin' },
    { name: ['admin'], password: 'x' },
    { name: { $ne: null }, password: { $ne: null } },
    { name: 'admin', password: '' },
    { name: '', password: '' },
    { name: '__proto__', password: 'x' },
    { name: 'admin\u0000', password: '\u0000' },
  ])('gets nowhere with %j', async (body) => {
    await using map = await serveMap()
    const { status, cookie } = await map.ask('POST', '/login', { body })
    expect([400, 401]).toContain(status)
    expect(cookie).toBeNull()
    expect(map.warnings).toEqual([])
  })
})

describe('a page of somebody else', () => {
  it.each([
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { Origin: '' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: '', 'Sec-Fetch-Site': 'none' },
  ])('with %j changes nothing with the cookie of its visitor', async (headers) => {
    await using map = await serveMap()
    const cookie = await map.signInAsAdmin()
    const asked = [
      await map.ask('POST', '/logout', { cookie, headers }),
      await map.ask('POST', '/login', { headers, body: { name: 'a', password: 'b' } }),
      await map.ask('DELETE', '/api/admin/users/admin', { cookie, headers }),
      await map.ask('PUT', '/api/admin/logo', { cookie, headers, body: 'x' }),
    ]
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403, 403])
    expect((await map.ask('GET', '/api/admin/users', { cookie })).status).toBe(200)
  })
})
