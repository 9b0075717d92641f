import { describe, expect, test } from 'vitest'
import { exchange, openByteSocket, upgradeRequest } from '../support/byte-socket.ts'
import { namedUsers } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'

const twice = 'tidewire.v1.json, tidewire.v1.json'

/** PROTOCOL.md, section 1: paths, subprotocols, the first frame, refused handshakes. */
describe('connecting', () => {
  test('P-001 the endpoint is /ws unless told otherwise', async () => {
    await using server = await startServer()
    await using client = await connectRaw(`ws://127.0.0.1:${server.port}/ws`)
    await client.expectSilence()
  })

  test('P-001 the endpoint is one path: a query belongs to it, a longer path does not', async () => {
    await using server = await startServer({ path: '/live' })
    await using client = await connectRaw(`${server.url}?from=page`)
    await client.expectSilence()
    for (const path of ['/live/', '/live/deeper', '/', '/ws', '/LIVE', '//live']) {
      const line = `GET ${path} HTTP/1.1`
      const answer = await exchange(server.port, upgradeRequest({ line }))
      expect(answer, path).toMatchObject({ status: 404, body: 'not here' })
    }
  })

  test('P-002 a client that offers no subprotocol gets JSON and none is named', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    expect(client.protocol).toBe('')
    await client.expectSilence()
  })

  test('P-002 the subprotocol is chosen from those offered, wherever it stands', async () => {
    await using server = await startServer()
    const protocols = ['soap', 'bearer.a-token', 'tidewire.v1.json']
    await using client = await connectRaw(server.url, { protocols })
    expect(client.protocol).toBe('tidewire.v1.json')
    await client.expectSilence()
  })

  test('P-002 a bearer token alone offers no subprotocol and is not echoed', async () => {
    await using server = await startServer()
    await using socket = await openByteSocket(server.port)
    const headers = { 'Sec-WebSocket-Protocol': 'bearer.a-token' }
    socket.write(upgradeRequest({ headers }))
    const head = await socket.head()
    expect(head).toMatch(/^HTTP\/1\.1 101 /)
    expect(head.toLowerCase()).not.toContain('sec-websocket-protocol')
    expect(head).not.toContain('a-token')
  })

  test.each(['soap', 'bearer.a-token, soap', 'tidewire.v2.json', 'TIDEWIRE.V1.JSON'])(
    'P-002 offering only %s answers 400',
    async (offered) => {
      await using server = await startServer()
      const headers = { 'Sec-WebSocket-Protocol': offered }
      const answer = await exchange(server.port, upgradeRequest({ headers }))
      expect(answer.status).toBe(400)
      expect(answer.body).not.toContain('a-token')
    },
  )

  test('P-003 the first frame says who, when, and what is allowed', async () => {
    const limits = { maxPayloadBytes: 5_000, maxChannels: 7, heartbeatMs: 9_000 }
    await using server = await startServer({ limits })
    const before = Date.now()
    await using client = await connectRaw(server.url)
    expect(client.hello).toEqual({
      type: 'connected',
      connectionId: expect.stringMatching(/^[\w-]{16,64}$/),
      time: expect.any(Number),
      auth: 'optional',
      userId: null,
      heartbeatMs: 9_000,
      limits: { maxPayloadBytes: 5_000, maxChannels: 7 },
    })
    expect(client.hello.time).toBeGreaterThanOrEqual(before)
    expect(client.hello.time).toBeLessThanOrEqual(Date.now())
  })

  test('P-003 the first frame asks for a token where one is required, and no two ids are alike', async () => {
    await using server = await startServer({ auth: { ...namedUsers, mode: 'required' } })
    await using one = await connectRaw(server.url)
    await using other = await connectRaw(server.url)
    expect(one.hello).toMatchObject({ auth: 'required', userId: null })
    expect(one.hello.connectionId).not.toBe(other.hello.connectionId)
  })

  test.each([
    ['no key', { headers: { 'Sec-WebSocket-Key': null } }, 400],
    ['a key of 15 bytes', { headers: { 'Sec-WebSocket-Key': 'YWJjZGVmZ2hpamtsbW5v' } }, 400],
    ['a key that is not base64', { headers: { 'Sec-WebSocket-Key': '?'.repeat(24) } }, 400],
    ['another upgrade', { headers: { Upgrade: 'h2c' } }, 400],
    ['POST', { line: 'POST /ws HTTP/1.1' }, 400],
    ['HTTP/1.0', { line: 'GET /ws HTTP/1.0' }, 400],
    ['an empty subprotocol', { headers: { 'Sec-WebSocket-Protocol': 'a,,b' } }, 400],
    ['a subprotocol twice', { headers: { 'Sec-WebSocket-Protocol': twice } }, 400],
    ['version 8', { headers: { 'Sec-WebSocket-Version': '8' } }, 426],
    ['no version', { headers: { 'Sec-WebSocket-Version': null } }, 426],
  ])('P-004 a handshake with %s fails before 101 with a JSON body', async (_, request, status) => {
    await using server = await startServer()
    const answer = await exchange(server.port, upgradeRequest(request))
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(JSON.parse(answer.body)).toEqual({
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.any(String),
    })
    if (status === 426) expect(answer.headers.get('sec-websocket-version')).toBe('13')
  })

  test('P-004 a server that is stopping answers 503 with Retry-After', async () => {
    await using server = await startServer()
    // It never answers the goodbye, so the server waits for it.
    await using deaf = await openByteSocket(server.port)
    await deaf.handshake()
    const closing = server.tide.close()
    const answer = await exchange(server.port, upgradeRequest())
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'DRAINING' })
    await deaf[Symbol.asyncDispose]()
    await closing
  })
})
