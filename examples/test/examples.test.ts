import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startExample } from './example-process.ts'
import { ask, form, open } from './wire.ts'

const folder = new URL('../', import.meta.url)
const examples = readdirSync(folder).filter((name) => name.endsWith('.js'))

const channel = 'chat:lobby'
const subscribe = { type: 'subscribe', id: 1, channel }
const publish = { type: 'publish', id: 2, channel, payload: { text: 'hello' } }

describe('every example', () => {
  it.each(examples)('%s has 40 lines at most, and says on top how it is started', (name) => {
    const lines = readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(40)
    expect(lines[0]).toMatch(/^\/\/ /)
    expect(lines.slice(0, 6)).toContain(`//   npm run example examples/${name}`)
  })
})

describe.each(['node-http.js', 'fastify.js', 'hono.js'])('%s', (name) => {
  it('serves a page, its SDK, and nothing beside them', async () => {
    await using example = await startExample(name)
    const page = await ask(`${example.url}/`)
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': /^text\/html/ } })
    expect(page.body).toContain('/tidewire/client/index.js')
    for (const path of [
      '/chat.js',
      '/chat.css',
      '/tidewire/client/index.js',
      '/tidewire/protocol/close-codes.js',
    ]) {
      expect(await ask(example.url + path)).toMatchObject({ status: 200 })
    }
    const paths = [
      '/nothing.html',
      '/../package.json',
      '/%2e%2e/shared/listen.js',
      '/..%2fshared/listen.js',
      '/file:///etc/hosts.html',
      '//etc/x.html',
      '/tidewire/../../../package.js',
      '/tidewire/client/',
    ]
    for (const path of paths) {
      expect(await ask(example.url, { path })).toMatchObject({ status: 404 })
    }
  })

  it('delivers what anybody says to everybody', async () => {
    await using example = await startExample(name)
    await using one = await open(example.socketUrl)
    await using other = await open(example.socketUrl)
    expect(await one.next()).toMatchObject({ type: 'connected', auth: 'optional' })
    await other.next()
    expect(await other.say(subscribe)).toMatchObject({ type: 'ack', id: 1 })
    expect(await one.say(publish)).toMatchObject({ type: 'ack', id: 2 })
    expect(await other.next()).toMatchObject({ type: 'message', payload: { text: 'hello' } })
  })
})

it.each(['fastify.js', 'hono.js'])('%s publishes what its route is told', async (name) => {
  await using example = await startExample(name)
  await using socket = await open(example.socketUrl)
  await socket.next()
  await socket.say(subscribe)
  const answer = await ask(`${example.url}/announce`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain' },
    body: 'Tea is ready',
  })
  expect(JSON.parse(answer.body)).toMatchObject({ position: { offset: 1 } })
  expect(await socket.next()).toMatchObject({ type: 'message', payload: { text: 'Tea is ready' } })
})

describe('express-session.js', () => {
  it('knows over the socket who has signed in over HTTPS, and lets only them write', async () => {
    await using example = await startExample('express-session.js')
    await using nobody = await open(example.socketUrl)
    expect(await nobody.next()).toMatchObject({ auth: 'optional', userId: null })
    expect(await nobody.say(subscribe)).toMatchObject({ type: 'ack' })
    expect(await nobody.say(publish)).toMatchObject({ code: 'FORBIDDEN' })
    const { status, cookie } = await ask(`${example.url}/login`, form({ user: 'ada' }))
    expect(status).toBe(303)
    await using ada = await open(example.socketUrl, { Cookie: cookie })
    expect(await ada.next()).toMatchObject({ auth: 'done', userId: 'ada' })
    expect(await ada.say(publish)).toMatchObject({ type: 'ack' })
    expect(await nobody.next()).toMatchObject({ from: 'ada', payload: { text: 'hello' } })
  })

  it('ends the connection of who signs out', async () => {
    await using example = await startExample('express-session.js')
    const { cookie } = await ask(`${example.url}/login`, form({ user: 'ada' }))
    await using ada = await open(example.socketUrl, { Cookie: cookie })
    await ada.next()
    await ask(`${example.url}/logout`, { method: 'POST', headers: { Cookie: cookie } })
    expect(await ada.closed).toBe(4006)
    await using again = await open(example.socketUrl, { Cookie: cookie })
    expect(await again.next()).toMatchObject({ userId: null })
  })

  it('takes no cookie along for a page of somebody else', async () => {
    await using example = await startExample('express-session.js')
    const { cookie } = await ask(`${example.url}/login`, form({ user: 'ada' }))
    const headers = { Cookie: cookie, Origin: 'https://elsewhere.example' }
    await expect(open(example.socketUrl, headers)).rejects.toThrow('403')
  })
})

describe('basic.js', () => {
  it('asks for a password with the page, and takes it along with the handshake', async () => {
    await using example = await startExample('basic.js')
    expect(await ask(`${example.url}/`)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': /^Basic realm="Tidewire chat"/ },
    })
    const headers = { Authorization: `Basic ${btoa('ada:engine')}` }
    expect(await ask(`${example.url}/`, { headers })).toMatchObject({ status: 200 })
    await using ada = await open(example.socketUrl, headers)
    expect(await ada.next()).toMatchObject({ auth: 'done', userId: 'ada' })
    expect(await ada.say(publish)).toMatchObject({ type: 'ack' })
  })

  it.each(['ada:compiler', 'ada:', 'eve:engine'])('lets %s in nowhere', async (wrong) => {
    await using example = await startExample('basic.js')
    const headers = { Authorization: `Basic ${btoa(wrong)}` }
    expect(await ask(`${example.url}/`, { headers })).toMatchObject({ status: 401 })
    await expect(open(example.socketUrl, headers)).rejects.toThrow('403')
    await expect(open(example.socketUrl)).rejects.toThrow('401')
  })
})

describe('jwt.js', () => {
  it('lets write whose token says so', async () => {
    await using example = await startExample('jwt.js')
    for (const [role, answer] of [
      ['writer', { type: 'ack' }],
      ['reader', { code: 'FORBIDDEN' }],
    ] as const) {
      const { body: token } = await ask(`${example.url}/token`, form({ user: 'ada', role }))
      await using socket = await open(example.socketUrl)
      expect(await socket.next()).toMatchObject({ auth: 'required' })
      expect(await socket.say({ type: 'auth', token })).toMatchObject({
        type: 'auth_ack',
        userId: 'ada',
        expiresAt: expect.any(Number),
      })
      expect(await socket.say(subscribe)).toMatchObject({ type: 'ack' })
      expect(await socket.say({ ...publish, echo: false })).toMatchObject(answer)
    }
  })

  it('closes on who has no token of its own', async () => {
    await using example = await startExample('jwt.js')
    await using forger = await open(example.socketUrl)
    await forger.next()
    const { body } = await ask(`${example.url}/token`, form({ user: 'ada', role: 'writer' }))
    const [header, , signature] = body.split('.')
    const claims = btoa(JSON.stringify({ sub: 'grace', role: 'writer' }))
    forger.say({ type: 'auth', token: `${header}.${claims}.${signature}` }).catch(() => undefined)
    expect(await forger.closed).toBe(4003)
  })
})
