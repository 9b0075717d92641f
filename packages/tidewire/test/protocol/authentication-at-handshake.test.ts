import { describe, expect, test } from 'vitest'
import type { RequestStrategy } from '../../src/node/auth/auth-strategy.ts'
import { basicAuth } from '../../src/node/auth/basic-auth.ts'
import type { AuthOptions } from '../../src/node/options.ts'
import { exchange, openByteSocket, upgradeRequest } from '../support/byte-socket.ts'
import { expectServed } from '../support/healthy-client.ts'
import { namedUsers } from '../support/open-channels.ts'
import { type ConnectOptions, connectRaw } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { startServer, type TestServer } from '../support/start-server.ts'

const users = { ada: 'correct horse' }
const adaBasic = { Authorization: `Basic ${Buffer.from('ada:correct horse').toString('base64')}` }
const adaBearer = { Authorization: 'Bearer token-of-ada' }
const basic = basicAuth({ realm: 'test', users })
const dashed = {
  verify: (token: string) => namedUsers.verify(token.replaceAll('-', ' ')),
} satisfies AuthOptions

describe('who a client is may be settled by its handshake', () => {
  test.each<[string, AuthOptions, ConnectOptions, string?]>([
    ['a bearer header', dashed, { headers: adaBearer }],
    ['a bearer subprotocol', dashed, { protocols: ['tidewire.v1.json', 'bearer.token-of-ada'] }],
    ['Basic', { strategies: [basic] }, { headers: adaBasic }],
    ['Basic, before tokens', { ...dashed, strategies: [basic] }, { headers: adaBasic }],
    ['a token, after Basic', { ...dashed, strategies: [basic] }, { headers: adaBearer }],
    ['a query token', { ...dashed, tokenFrom: ['query'] }, {}, '?token=token-of-ada'],
  ])('P-003 %s: the first frame says who', async (_, auth, options, query = '') => {
    for (const mode of ['required', 'optional'] as const) {
      await using server = await startServer({ auth: { ...auth, mode } })
      await using client = await connectRaw(`${server.url}${query}`, options)
      expect(client.hello).toMatchObject({ auth: 'done', userId: 'ada' })
      await client.ask({ type: 'subscribe', id: 1, channel: 'members:a' })
      client.send({ type: 'publish', channel: 'members:a', payload: 1 })
      expect(await client.next('message')).toMatchObject({ from: 'ada' })
    }
  })

  test('P-002 a bearer subprotocol is never echoed', async () => {
    await using server = await startServer({ auth: dashed })
    for (const offer of ['bearer.token-of-ada', 'bearer.token-of-ada, tidewire.v1.json']) {
      const request = upgradeRequest({ headers: { 'Sec-WebSocket-Protocol': offer } })
      const { headers, status } = await handshake(server, request)
      expect(status).toBe(101)
      expect(headers).not.toContain('bearer')
    }
  })

  test.each<[string, AuthOptions['tokenFrom'], ConnectOptions, string?]>([
    ['a query token by default', undefined, {}, '?token=token-of-ada'],
    ['a header', ['message'], { headers: adaBearer }],
    [
      'a subprotocol',
      ['header', 'message'],
      { protocols: ['bearer.token-of-ada', 'tidewire.v1.json'] },
    ],
  ])('P-012 %s that is not listed is ignored', async (_, tokenFrom, options, query = '') => {
    await using server = await startServer({ auth: { ...dashed, tokenFrom } })
    await using client = await connectRaw(`${server.url}${query}`, options)
    expect(client.hello).toMatchObject({ auth: 'optional', userId: null })
  })

  test('P-010 such a connection may renew with a token, of the same user only', async () => {
    await using server = await startServer({ auth: { ...dashed, strategies: [basic] } })
    await using client = await connectRaw(server.url, { headers: adaBasic })
    const renew = (name: string) =>
      client.ask({ type: 'auth', id: name, token: `token of ${name}` })
    expect(await renew('grace')).toMatchObject({
      type: 'error',
      id: 'grace',
      code: 'INVALID_TOKEN',
    })
    expect(await renew('ada')).toMatchObject({ type: 'auth_ack', id: 'ada', userId: 'ada' })
  })

  test('P-013 its end is announced, closes 4005, and moves with a renewal', async () => {
    let leftMs = 500
    const verify = () => ({ userId: 'ada', expiresAt: Date.now() + leftMs })
    await using server = await startServer({ auth: { mode: 'required', verify } })
    await using brief = await connectRaw(server.url, { headers: adaBearer })
    expect(await brief.next('auth_expiring')).toMatchObject({ inMs: expect.any(Number) })
    expect(await brief.closed()).toMatchObject({ code: 4005 })
    leftMs = 2_000
    await using lasting = await connectRaw(server.url, { headers: adaBearer })
    await lasting.next('auth_expiring')
    leftMs = 3_600_000
    expect(await lasting.ask({ type: 'auth', token: 'new' })).toMatchObject({ type: 'auth_ack' })
    await using another = await connectRaw(server.url, { headers: adaBearer })
    leftMs = 2_000
    await using later = await connectRaw(server.url, { headers: adaBearer })
    // Its time comes after the first end of the one that was renewed.
    expect(await later.closed()).toMatchObject({ code: 4005 })
    await lasting.expectSilence()
    await another.expectSilence()
  })
})

describe('a handshake that must fail fails before 101', () => {
  test('P-004 no credential where the handshake is the only way: 401 with the challenge', async () => {
    await using server = await startServer({ auth: { mode: 'required', strategies: [basic] } })
    const { body, headers, status } = await exchange(server.port, upgradeRequest())
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe('Basic realm="test", charset="UTF-8"')
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(JSON.parse(body)).toEqual({
      code: 'NOT_AUTHENTICATED',
      message: expect.stringContaining('credential'),
    })
  })

  test('P-004 no credential where a token may follow: the connection waits for it', async () => {
    const auth = { ...dashed, mode: 'required', strategies: [basic] } as const
    await using server = await startServer({ auth })
    await using client = await connectRaw(server.url)
    expect(client.hello).toMatchObject({ auth: 'required', userId: null })
    expect(await client.ask({ type: 'auth', token: 'token of ada' })).toMatchObject({
      type: 'auth_ack',
    })
  })

  test.each([
    ['a bearer header', { Authorization: 'Bearer stolen' }],
    ['a bearer subprotocol', { 'Sec-WebSocket-Protocol': 'tidewire.v1.json, bearer.stolen' }],
    ['Basic', { Authorization: 'Basic YWRhOndyb25n' }],
    ['Basic that is malformed', { Authorization: 'Basic %' }],
  ])('P-004 a wrong credential gets 403, in both modes: %s', async (_, headers) => {
    for (const mode of ['required', 'optional'] as const) {
      await using server = await startServer({ auth: { ...dashed, mode, strategies: [basic] } })
      const answer = await exchange(server.port, upgradeRequest({ headers }))
      expect(answer.status).toBe(403)
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'FORBIDDEN' })
      expect(answer.body).not.toContain('stolen')
      expect(answer.headers.has('www-authenticate')).toBe(false)
    }
  })

  test('P-004 an endpoint that rejects anonymous clients stands beside one that does not', async () => {
    await using server = await startServer({ auth: { ...dashed, strategies: [basic] } })
    server.tide.attach(server.http, { path: '/admin', rejectAnonymous: true })
    const admin = (headers: Readonly<Record<string, string>>) =>
      handshake(server, upgradeRequest({ line: 'GET /admin HTTP/1.1', headers }))
    expect(await admin({})).toMatchObject({ status: 401 })
    expect((await admin({})).headers).toContain('www-authenticate: Basic realm="test"')
    expect(await admin({ Authorization: 'Bearer stolen' })).toMatchObject({ status: 403 })
    expect(await admin(adaBasic)).toMatchObject({ status: 101 })
    expect(await admin(adaBearer)).toMatchObject({ status: 101 })
    await expectServed(server.url)
  })

  test('P-004 without strategies a required endpoint takes no handshake for a token to come', async () => {
    await using server = await startServer({
      auth: { ...dashed, mode: 'required', tokenFrom: ['header'] },
    })
    const { headers, status } = await exchange(server.port, upgradeRequest())
    expect(status).toBe(401)
    expect(headers.has('www-authenticate')).toBe(false)
  })

  const failing: readonly [string, RequestStrategy['verifyRequest']][] = [
    ['throws', () => Promise.reject(new Error('the database is down'))],
    ['never answers', () => new Promise(() => undefined)],
    ['answers nonsense', () => ({ kind: 'accepted', identity: { userId: 7 as never } })],
  ]
  test.each(failing)('P-004 a strategy that %s gets 503, not 403', async (_, verifyRequest) => {
    const { logger, lines } = recordingLogger()
    const strategies = [{ name: 'broken', verifyRequest }]
    const limits = { authTimeoutMs: 50 }
    await using server = await startServer({ auth: { strategies }, limits, logger })
    const { body, headers, status } = await exchange(
      server.port,
      upgradeRequest({ headers: adaBearer }),
    )
    expect(status).toBe(503)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(JSON.parse(body)).toMatchObject({ code: 'UNAVAILABLE' })
    expect(body).not.toContain('database')
    expect(lines.join()).toContain('broken')
  })

  test.each([
    ['by default with Basic', { auth: { strategies: [basic] } }, 403],
    ['by default with tokens only', { auth: dashed }, 101],
    ['that any may', { auth: { strategies: [basic] }, origins: 'any' }, 101],
    ['that is listed', { origins: ['https://page.example'] }, 101],
    ['that is not listed', { origins: ['https://other.example'] }, 403],
  ] as const)('P-004 a page of another origin, %s', async (_, options, status) => {
    await using server = await startServer(options)
    const request = upgradeRequest({ headers: { Origin: 'https://page.example' } })
    const answer = await handshake(server, request)
    expect(answer.status).toBe(status)
    if (status === 403) expect(JSON.parse(answer.body)).toMatchObject({ code: 'FORBIDDEN' })
    await expectServed(server.url)
  })

  test('P-004 of another origin is told before any credential is looked at', async () => {
    let asked = 0
    const verifyRequest = () => {
      asked += 1
      return { kind: 'absent' } as const
    }
    const strategies = [{ name: 'counting', verifyRequest, isAmbient: true }]
    await using server = await startServer({ auth: { strategies } })
    const request = upgradeRequest({ headers: { Origin: 'https://page.example', ...adaBasic } })
    expect(await handshake(server, request)).toMatchObject({ status: 403 })
    expect(asked).toBe(0)
  })
})

describe('the address of a client', () => {
  const said = { 'X-Forwarded-For': '198.51.100.7', ...adaBearer }

  test.each([
    ['is its own, whatever it says', [], '127.0.0.1'],
    ['is what a trusted proxy says', ['loopback'], '198.51.100.7'],
    ['is its own when another proxy is trusted', ['10.0.0.0/8'], '127.0.0.1'],
  ])('%s', async (_, trustProxy, address) => {
    const seen: string[] = []
    const verify: AuthOptions['verify'] = (_token, { remoteAddress }) => {
      seen.push(remoteAddress)
      return { userId: 'ada' }
    }
    await using server = await startServer({ auth: { verify }, trustProxy })
    await using client = await connectRaw(server.url, { headers: said })
    await client.ask({ type: 'auth', token: 'again' })
    expect(seen).toEqual([address, address])
  })
})

test('P-014 no credential of a handshake is in an answer or a log line, whatever goes wrong', async () => {
  const secret = 'hunter2hunter2'
  const { logger, lines } = recordingLogger()
  const heard: string[] = []
  const broken = (given: string) => {
    throw new Error(`cannot look at ${given}`, { cause: { given } })
  }
  const verify = (userName: string, password: string) => broken(`${userName} and ${password}`)
  const strategies = [basicAuth({ realm: 'test', verify })]
  await using server = await startServer({
    auth: {
      strategies,
      verify: broken,
      tokenFrom: ['header', 'subprotocol', 'query'],
    },
    logger,
  })
  const encoded = Buffer.from(`ada:${secret}`).toString('base64')
  for (const [line, headers] of [
    ['GET /ws HTTP/1.1', { Authorization: `Basic ${encoded}` }],
    ['GET /ws HTTP/1.1', { Authorization: `Bearer ${secret}` }],
    ['GET /ws HTTP/1.1', { 'Sec-WebSocket-Protocol': `bearer.${secret}` }],
    [`GET /ws?token=${secret} HTTP/1.1`, {}],
  ] as const) {
    const answer = await exchange(server.port, upgradeRequest({ line, headers }))
    expect(answer.status).toBe(503)
    heard.push(answer.body, ...answer.headers.values())
  }
  expect(lines).toHaveLength(4)
  for (const text of [...lines, ...heard]) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(encoded)
  }
})

interface HandshakeAnswer {
  readonly status: number
  /** All of them, as text. */
  readonly headers: string
  readonly body: string
}

/** The answer to a handshake, also to one that succeeds. */
async function handshake({ port }: TestServer, request: string): Promise<HandshakeAnswer> {
  await using socket = await openByteSocket(port)
  socket.write(request)
  const head = await socket.head()
  const status = Number(head.split(' ')[1])
  const headers = head.replace(/^(.*?):/gm, (name) => name.toLowerCase())
  return { status, headers, body: status === 101 ? '' : await socket.rest() }
}
