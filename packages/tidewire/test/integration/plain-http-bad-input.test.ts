import { once } from 'node:events'
import { Agent } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openByteSocket } from '../support/byte-socket.ts'
import { openStream } from '../support/event-stream.ts'
import { type HttpServer, startHttpServer } from '../support/http-server.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { post, sendHttp } from '../support/send-http.ts'
import { until } from '../support/until.ts'

describe('bad input over plain HTTP', () => {
  let server: HttpServer
  const path = '/api/channels/log:a/messages'
  const json = { 'Content-Type': 'application/json' }

  beforeAll(async () => {
    server = await startHttpServer({ limits: { maxPayloadBytes: 1_024 } })
  })
  afterAll(() => server[Symbol.asyncDispose]())
  afterEach(async () => {
    await until(() => server.tide.connectionCount === 0)
    expect((await post(server.port, path, 'healthy')).status).toBe(200)
  })

  const send = (body: string | Buffer, headers: Readonly<Record<string, string>> = json) =>
    sendHttp(server.port, path, { method: 'POST', headers, body })

  it.each([
    ['nothing', ''],
    ['a truncated object', '{"a":'],
    ['a trailing comma', '[1,]'],
    ['NaN', 'NaN'],
    ['two values', '1 2'],
    ['a byte order mark', '\ufeff1'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['an injected frame', '1,"channel":"log:b"'],
    ['deep nesting', '['.repeat(400) + ']'.repeat(400)],
    ['one level too many', '['.repeat(32) + ']'.repeat(32)],
  ])('answers 400 to a body that is %s', async (_, body) => {
    const reply = await send(body)
    expect(reply.status).toBe(400)
    expect(reply.json()).toEqual({ code: 'INVALID_PAYLOAD', message: expect.any(String) })
  })

  it('takes a body that nests as deep as one may', async () => {
    expect((await send('['.repeat(31) + ']'.repeat(31))).status).toBe(200)
  })

  it.each([
    [{}],
    [{ 'Content-Type': 'text/plain' }],
    [{ 'Content-Type': 'application/x-www-form-urlencoded' }],
    [{ 'Content-Type': 'application/jsonp' }],
    [{ 'Content-Type': 'application/json; charset=utf-16' }],
    [{ 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }],
  ])('answers 415 to %j', async (headers: Readonly<Record<string, string>>) => {
    const reply = await send('1', headers)
    expect([reply.status, reply.json().code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  })

  it.each([
    'application/json; charset=UTF-8',
    'APPLICATION/JSON',
    'application/ld+json',
    'application/json;charset="utf-8"',
  ])('takes %s', async (type) => {
    expect((await send('1', { 'Content-Type': type })).status).toBe(200)
  })

  it('answers 413 to a length over the limit, before there is a body', async () => {
    await using socket = await openByteSocket(server.port)
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`)
    socket.write('Content-Length: 1025\r\n\r\n')
    expect(await socket.head()).toMatch(/^HTTP\/1.1 413 [\s\S]*Connection: close/)
    await socket.ended()
  })

  it('answers 413 to chunks over the limit as soon as they are', async () => {
    await using socket = await openByteSocket(server.port)
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`)
    socket.write('Transfer-Encoding: chunked\r\n\r\n')
    socket.write(`400\r\n"${'x'.repeat(1023)}\r\n`)
    socket.write('1\r\nx\r\n')
    expect(await socket.head()).toMatch(/^HTTP\/1.1 413 /)
    await socket.ended()
  })

  it('takes a body of exactly the limit', async () => {
    expect((await send(`"${'x'.repeat(1022)}"`)).status).toBe(200)
    expect((await send(`"${'x'.repeat(1023)}"`)).status).toBe(413)
  })

  it('forgets a client that leaves in the middle of its body', async () => {
    const before = await newest()
    {
      await using socket = await openByteSocket(server.port)
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`)
      const asked = once(server.http, 'request')
      socket.write('Content-Length: 100\r\n\r\n{"half":')
      await asked
      socket.reset()
    }
    expect(await newest()).toBe(before)
  })

  it.each([
    ['%2F..%2F', 'INVALID_CHANNEL'],
    ['log%2F..%2Fa', 'INVALID_CHANNEL'],
    ['log:%00', 'INVALID_CHANNEL'],
    ['log:%C0%AF', 'INVALID_CHANNEL'],
    ['log:%ED%A0%80', 'INVALID_CHANNEL'],
    ['log:%zz', 'INVALID_CHANNEL'],
    ['log:%', 'INVALID_CHANNEL'],
    ['log:a%0d%0aX-Injected:%201', 'INVALID_CHANNEL'],
    ['log:%E2%80%AEa', 'INVALID_CHANNEL'],
    [`log:${'a'.repeat(252)}`, 'INVALID_CHANNEL'],
    ['log:%252e%252e', 'INVALID_CHANNEL'],
    ['__proto__', 'FORBIDDEN'],
    ['constructor', 'FORBIDDEN'],
  ])('answers %s with %s, whatever is asked of it', async (name, code) => {
    for (const [method, end] of [
      ['GET', 'messages'],
      ['GET', 'messages?waitMs=20000'],
      ['GET', 'events'],
      ['POST', 'messages'],
    ] as const) {
      const body = method === 'POST' ? '1' : undefined
      const headers = method === 'POST' ? json : {}
      const target = `/api/channels/${name}/${end}`
      const reply = await sendHttp(server.port, target, { method, headers, body })
      expect([target, reply.json().code]).toEqual([target, code])
      expect(reply.headers).not.toHaveProperty('x-injected')
    }
  })

  it.each([
    '/api',
    '/api/',
    '/api/channel',
    '/api/channels/log:a',
    '/api/channels/log:a/messages/',
    '/api/users/a/b/disconnect',
    '/apix/health',
    '//api/events',
    '/API/events',
    '/api/../api/events',
    '/%61pi/events',
    '/health/',
  ])('leaves %s to the application', async (target) => {
    expect(await sendHttp(server.port, target)).toMatchObject({ status: 404, text: 'not here' })
  })

  it.each(['http://evil.example/api/events', 'http://[::1]/api/events', '*'])(
    'leaves the target %s to the application',
    async (target) => {
      await using socket = await openByteSocket(server.port)
      socket.write(`OPTIONS ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      expect(await socket.head()).toMatch(/^HTTP\/1.1 404 /)
    },
  )

  it.each([
    ['PUT', path, 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', path, 'GET, HEAD, POST, OPTIONS'],
    ['POST', '/api/channels/log:a/events', 'GET, HEAD, OPTIONS'],
    ['GET', '/api/users/a/disconnect', 'POST, OPTIONS'],
    ['POST', '/health', 'GET, HEAD, OPTIONS'],
  ])('answers %s %s with 405 and what is allowed', async (method, target, allowed) => {
    const reply = await sendHttp(server.port, target, { method })
    expect([reply.status, reply.headers['allow']]).toEqual([405, allowed])
    expect(reply.json().code).toBe('METHOD_NOT_ALLOWED')
    const options = await sendHttp(server.port, target, { method: 'OPTIONS' })
    expect([options.status, options.headers['allow'], options.text]).toEqual([204, allowed, ''])
  })

  it('answers pipelined requests in their order', async () => {
    await using socket = await openByteSocket(server.port)
    const epoch = (await post(server.port, path, 0)).json().position.epoch
    const offset = await newest()
    const get = (target: string, end = '') => `GET ${target} HTTP/1.1\r\nHost: x\r\n${end}\r\n`
    socket.write(
      get(`${path}?since=${epoch}:${offset}&waitMs=200`) +
        get('/health') +
        get('/nowhere') +
        get('/health', 'Connection: close\r\n'),
    )
    const statuses = (await socket.rest()).match(/HTTP\/1.1 \d+/g)
    expect(statuses).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200'])
  })

  it('counts a request for as long as it takes, and not its socket', async () => {
    await using few = await startHttpServer({ limits: { maxConnectionsPerAddress: 1 } })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let count = 0; count < 20; count += 1) {
      expect((await sendHttp(few.port, path, { agent })).status).toBe(200)
    }
    {
      await using _stream = await openStream(few.port, '/api/channels/log:a/events')
      const other = await sendHttp(few.port, path)
      expect([other.status, other.json().code]).toEqual([429, 'TOO_MANY_CONNECTIONS'])
    }
    await until(() => few.tide.connectionCount === 0)
    expect((await sendHttp(few.port, path, { agent })).status).toBe(200)
    agent.destroy()
  })

  it('frees what waits behind another request when its socket is gone', async () => {
    await using socket = await openByteSocket(server.port)
    const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`
    socket.write(get(`${path}?waitMs=60000`).repeat(12) + get('/api/channels/log:a/events'))
    await until(() => server.tide.connectionCount === 13)
    socket.reset()
    await until(() => server.tide.connectionCount === 0)
  })

  it('serves HTTP/1.0', async () => {
    await using socket = await openByteSocket(server.port)
    await using stream = await openByteSocket(server.port)
    socket.write(`GET ${path}?limit=1 HTTP/1.0\r\n\r\n`)
    expect(await socket.rest()).toMatch(/^HTTP\/1.1 200 [\s\S]*"recovered":true}$/)
    stream.write('GET /api/channels/log:a/events HTTP/1.0\r\n\r\n')
    expect(await stream.head()).not.toMatch(/transfer-encoding/i)
    stream.reset()
  })

  it('tells nothing of a failure of its own but the code', async () => {
    const { logger } = recordingLogger()
    await using failing = await startHttpServer({
      logger,
      channels: {
        bad: {
          subscribe: 'anyone',
          publish: 'anyone',
          schema: {
            '~standard': {
              version: 1,
              vendor: 'test',
              validate() {
                throw new Error('the secret inside')
              },
            },
          },
        },
      },
    })
    const reply = await post(failing.port, '/api/channels/bad/messages', 1)
    expect([reply.status, reply.json().code]).toEqual([500, 'INTERNAL'])
    expect(reply.text).not.toContain('secret')
  })

  async function newest(): Promise<number> {
    return (await sendHttp(server.port, `${path}?limit=1`)).json().position.offset
  }
})
