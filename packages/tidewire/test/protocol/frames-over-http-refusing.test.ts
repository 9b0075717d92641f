import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuthStrategy } from '../../src/node/index.ts'
import { basicAuth } from '../../src/node/index.ts'
import { askFrames, openFrames } from '../support/frame-request.ts'
import { bearer, bearerUsers, type HttpServer, startHttpServer } from '../support/http-server.ts'
import { noRate } from '../support/no-rate.ts'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { until } from '../support/until.ts'

const subscribe = { type: 'subscribe', id: 1, channel: 'members:a' }

/** As a session is: browsers send it by themselves. */
const cookies: AuthStrategy = {
  name: 'cookie',
  isAmbient: true,
  verifyRequest({ headers }) {
    const userId = /^user=(\w+)$/.exec(headers.cookie ?? '')?.[1]
    if (userId === undefined) return { kind: 'absent' }
    return userId === 'eve' ? { kind: 'refused' } : { kind: 'accepted', identity: { userId } }
  },
}

const basic = basicAuth({
  realm: 'room',
  verify: (name, password) => (password === 'right' ? { userId: name } : null),
})

function basicHeader(name: string, password: string): { readonly Authorization: string } {
  return { Authorization: `Basic ${btoa(`${name}:${password}`)}` }
}

/** PROTOCOL.md P-074: what is wrong is told as over WebSocket, or as a status before anything was handled. */
describe('frames over HTTP that are refused', () => {
  let server: HttpServer
  beforeAll(async () => {
    server = await startHttpServer({ limits: noRate })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each([
    '{}',
    '{"id":7}',
    '{"type":"dance","id":"d"}',
    '{"type":"dance"}',
    '{"type":"","id":1}',
    '{"type":"toString"}',
    '{"type":"__proto__","id":1}',
    '{"type":7,"id":1}',
    '{"type":null}',
    '{"type":["subscribe"],"id":1}',
    'null',
    '42',
    '"x"',
    '[]',
    '[[]]',
    '[{"type":"call","id":1,"method":"m"},7]',
    '{"type":"heartbeat","id":{}}',
    '{"type":"heartbeat","id":1.5}',
    '{"type":"call","id":9007199254740993,"method":"m"}',
    '{"type":"call","id":"","method":"m"}',
    `{"type":"call","id":"${'é'.repeat(33)}","method":"m"}`,
    '{"type":"auth","id":1}',
    '{"type":"auth"}',
    '{"type":"subscribe","channel":"room:a"}',
    '{"type":"call","method":"m"}',
    '{"type":"publish","id":1,"channel":"room:a"}',
    '{"type":"publish","id":1,"channel":"room:a","payload":1,"echo":1}',
    '{"type":"subscribe","id":1,"channel":"log:a","last":-1}',
    '{"type":"subscribe","id":1}',
    '{"type":"publish","id":1,"channel":"a b","payload":1}',
    '{"type":"unsubscribe","id":1,"channel":"room:a"}',
    '{"type":"subscribe","id":1,"channel":"members:a"}',
    '{"type":"subscribe","id":1,"channel":"secret"}',
    '{"type":"publish","id":1,"channel":"news","payload":1}',
    '{"type":"history","id":1,"channel":"room:a"}',
    '{"type":"call","id":1,"method":"m"}',
    `{"type":"publish","id":1,"channel":"log:a","payload":${'['.repeat(32)}${']'.repeat(32)}}`,
    `[${Array.from({ length: 65 }, (_, id) => `{"type":"call","id":${id},"method":"m"}`)}]`,
  ])('P-074 the code of what is wrong is that of a WebSocket: %s', async (text) => {
    await using client = await connectRaw(server.url)
    client.send(text)
    const errors: unknown[] = []
    client.send({ type: 'heartbeat' })
    for (let frame = await client.next(); frame.type !== 'heartbeat'; frame = await client.next()) {
      errors.push(frame)
    }
    const told = await askFrames(server.port, text)
    if (told.status === 200) {
      expect(told.frames.slice(1)).toEqual(errors)
      await using stream = await openFrames(server.port, text)
      await stream.frame('connected')
      expect(await stream.frame('error')).toEqual(errors[0])
    } else {
      // Without an id nobody could tell whose answer it is.
      const error = errors.find((one) => typeof one === 'object' && one !== null && !('id' in one))
      expect(told.status).toBe(400)
      expect(told.json()).toEqual(withoutType(error))
      const stream = askFrames(server.port, text, { headers: { Accept: 'text/event-stream' } })
      expect(await stream).toMatchObject({ status: 400, text: told.text })
    }
  })

  test.each([
    ['a heartbeat', '{"type":"heartbeat"}'],
    ['a heartbeat with an id', '{"type":"heartbeat","id":1}'],
    ['a publish that wants no answer', '{"type":"publish","channel":"log:none","payload":1}'],
    ['what is not JSON', '{"type":"call","id":2,"method"'],
    ['two values', '{"type":"call","id":2,"method":"m"} {}'],
    ['a byte order mark', '\ufeff{"type":"call","id":2,"method":"m"}'],
    ['an id that was there', '{"type":"call","id":1,"method":"m"}'],
    ['an id that was there, in an array', '[{"type":"call","id":1,"method":"m"}]'],
    ['a token without an id that comes too late', '{"type":"auth","token":"t"}'],
  ])('P-074 nothing is handled of a body with %s', async (_, line) => {
    const publish = { type: 'publish', id: 1, channel: 'log:none', payload: 1 }
    const body = `${JSON.stringify(publish)}\n${line}`
    for (const headers of [{}, { Accept: 'text/event-stream' }]) {
      const reply = await askFrames(server.port, body, { headers })
      expect([reply.status, reply.json().code]).toEqual([400, 'INVALID_FRAME'])
    }
    const history = { type: 'history', id: 1, channel: 'log:none' }
    const { frames } = await askFrames(server.port, [history])
    expect(frames[1]).toMatchObject({ position: { offset: 0 } })
  })

  test('P-074 ids are texts and numbers, and those are never the same', async () => {
    const ids = [1, '1', -1, 0, 'é'.repeat(32)]
    const calls = ids.map((id) => ({ type: 'call', id, method: 'm' }))
    const { frames } = await askFrames(server.port, [calls.slice(0, 2), ...calls.slice(2)])
    expect(frames.slice(1).map(({ id }) => id)).toEqual(ids)
  })

  test('P-074 who needs a credential with the head of the request is asked for it: cookies', async () => {
    await using closed = await startHttpServer({
      auth: { mode: 'required', strategies: [cookies] },
    })
    const ask = (headers: Readonly<Record<string, string>>) =>
      askFrames(closed.port, [subscribe], { headers })
    const none = await ask({})
    expect([none.status, none.json().code]).toEqual([401, 'NOT_AUTHENTICATED'])
    expect((await ask({ Cookie: 'user=eve' })).status).toBe(403)
    expect((await ask({ Cookie: 'user=ada' })).frames).toMatchObject([
      { type: 'connected', auth: 'done', userId: 'ada' },
      { type: 'ack', id: 1 },
    ])
    // A token takes nobody's place: no strategy would look at it.
    const token = { type: 'auth', token: 'token-of-ada' }
    expect((await askFrames(closed.port, [token, subscribe])).status).toBe(401)
  })

  test('P-074 who needs a credential with the head of the request is asked for it: Basic', async () => {
    await using closed = await startHttpServer({ auth: { mode: 'required', strategies: [basic] } })
    const ask = (headers: Readonly<Record<string, string>>) =>
      askFrames(closed.port, [subscribe], { headers })
    const none = await ask({})
    expect(none.status).toBe(401)
    expect(none.headers['www-authenticate']).toMatch(/^Basic realm="room"/)
    expect((await ask(basicHeader('ada', 'wrong'))).status).toBe(403)
    expect((await ask(basicHeader('ada', 'right'))).frames[0]).toMatchObject({ userId: 'ada' })
  })

  test('P-074 one of several ways in is enough, and a token of the body is one of them', async () => {
    await using closed = await startHttpServer({
      auth: { ...bearerUsers, mode: 'required', strategies: [cookies, basic] },
    })
    for (const headers of [{ Cookie: 'user=ada' }, basicHeader('ada', 'right'), bearer('ada')]) {
      const { frames } = await askFrames(closed.port, [subscribe], { headers })
      expect(frames).toMatchObject([{ auth: 'done', userId: 'ada' }, { type: 'ack' }])
    }
    const token = { type: 'auth', token: 'token-of-ada' }
    const { frames } = await askFrames(closed.port, [token, subscribe])
    expect(frames.map(({ type }) => type)).toEqual(['connected', 'auth_ack', 'ack'])
  })

  test('P-060 what is over the rate of its connection is answered, each frame of it', async () => {
    await using strict = await startHttpServer({ limits: { framesPerSecond: 1, frameBurst: 2 } })
    const calls = Array.from({ length: 300 }, (_, id) => ({ type: 'call', id, method: 'm' }))
    const { frames } = await askFrames(strict.port, calls)
    const codes = frames.slice(1).map(({ code }) => code)
    expect(codes).toHaveLength(300)
    expect(new Set(codes.slice(2))).toEqual(new Set(['RATE_LIMITED']))
    expect(frames.at(-1)).toMatchObject({ id: 299, retryAfterMs: expect.any(Number) })
  })

  test('P-074 who has too many connections is told by status, or by the end of the connection', async () => {
    await using few = await startHttpServer({
      auth: bearerUsers,
      limits: { maxConnectionsPerUser: 1 },
      channels: openChannels,
    })
    await using stream = await openFrames(few.port, [], { headers: bearer('ada') })
    await stream.frame('connected')
    const refused = await askFrames(few.port, [], { headers: bearer('ada') })
    expect([refused.status, refused.json().code]).toEqual([429, 'TOO_MANY_CONNECTIONS'])
    const { frames } = await askFrames(few.port, [{ type: 'auth', token: 'token-of-ada' }])
    expect(frames.at(-1)).toMatchObject({ type: 'close', code: 4012 })
    await until(() => few.tide.connectionCount === 1)
  })
})

function withoutType(error: unknown): object {
  const { type: _type, ...rest } = error as { type: string }
  return rest
}
