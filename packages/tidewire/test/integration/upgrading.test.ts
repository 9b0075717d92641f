import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { createTidewire } from '../../src/node/tidewire.ts'
import { exchange, openByteSocket, upgradeRequest } from '../support/byte-socket.ts'
import { clientFrame } from '../support/client-frame.ts'
import { expectServed } from '../support/healthy-client.ts'
import { openChannels } from '../support/open-channels.ts'
import { type ServerOptions, startServer, type TestServer } from '../support/start-server.ts'

/** Answers every WebSocket on `/chat` with what it says, as an application's own handler would. */
function echoOnChat({ http }: TestServer): void {
  const own = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url !== '/chat') return
    own.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', (data) => webSocket.send(`echo ${data}`))
    })
  })
}

/** What a bare WebSocket hears at a path when it says `hello`. */
async function helloAt(port: number, path: string): Promise<string> {
  await using socket = await openByteSocket(port)
  await socket.handshake(upgradeRequest({ line: `GET ${path} HTTP/1.1` }))
  socket.write(clientFrame('hello'))
  return String((await socket.nextFrame()).payload)
}

const nowhere = upgradeRequest({ line: 'GET /nowhere HTTP/1.1' })

describe('upgrade requests', () => {
  test("P-001 the application's own upgrade handler keeps its path", async () => {
    await using server = await startServer()
    echoOnChat(server)
    expect(await helloAt(server.port, '/chat')).toBe('echo hello')
    await expectServed(server.url)
  })

  test('P-001 a path that is nobody of ours is left to an upgrade handler that came first', async () => {
    await using server = await startServer()
    await server.tide.close()
    echoOnChat(server)
    await using tide = createTidewire({ channels: openChannels })
    tide.attach(server.http)
    expect(await helloAt(server.port, '/chat')).toBe('echo hello')
    await expectServed(server.url)
  })

  test('P-001 one server serves several paths, and another path is still the application’s', async () => {
    await using server = await startServer()
    server.tide.attach(server.http, { path: '/also' })
    await using other = createTidewire({ channels: openChannels })
    other.attach(server.http, { path: '/other' })
    for (const path of ['/ws', '/also', '/other']) {
      await expectServed(`ws://127.0.0.1:${server.port}${path}`)
    }
    expect(await exchange(server.port, nowhere)).toMatchObject({ status: 404, body: 'not here' })
  })

  test('P-001 a path can be attached once and is one that clients ask for', async () => {
    await using server = await startServer()
    expect(() => server.tide.attach(server.http)).toThrow('/ws of this server is attached already')
    for (const path of ['ws', '', '/ws?a', '/ws#a', '/a/../ws', '/{ws}', 'http://host/ws']) {
      expect(() => server.tide.attach(server.http, { path }), path).toThrow(TypeError)
    }
    await expectServed(server.url)
  })

  test('frames that arrive with the handshake are not lost', async () => {
    await using server = await startServer()
    await using socket = await openByteSocket(server.port)
    const subscribe = clientFrame('{"type":"subscribe","id":1,"channel":"room:head"}')
    const heartbeat = clientFrame('{"type":"heartbeat"}')
    const request = Buffer.from(upgradeRequest())
    socket.write(Buffer.concat([request, subscribe, heartbeat.subarray(0, 5)]))
    expect(await socket.head()).toMatch(/^HTTP\/1\.1 101 /)
    expect(String((await socket.nextFrame()).payload)).toContain('"connected"')
    expect(String((await socket.nextFrame()).payload)).toContain('"ack"')
    socket.write(heartbeat.subarray(5))
    expect(String((await socket.nextFrame()).payload)).toContain('"heartbeat"')
  })

  test('a handshake that arrives byte by byte is as good as another', async () => {
    await using server = await startServer()
    await using socket = await openByteSocket(server.port)
    for (const byte of upgradeRequest()) socket.write(byte)
    expect(await socket.head()).toMatch(/^HTTP\/1\.1 101 /)
  })

  test.each([
    ['the endpoint', upgradeRequest()],
    ['a refused handshake', upgradeRequest({ headers: { 'Sec-WebSocket-Version': '8' } })],
    ['another path', nowhere],
    ['half a request', upgradeRequest().slice(0, 60)],
  ])('a peer that resets right after its request hurts nobody: %s', async (_, request) => {
    await using server = await startServer()
    for (let count = 0; count < 20; count += 1) {
      await using socket = await openByteSocket(server.port)
      socket.write(request)
      socket.reset()
    }
    await expectServed(server.url)
  })

  test.each([
    ['a refused handshake', upgradeRequest({ headers: { 'Sec-WebSocket-Version': '8' } })],
    ['another path', nowhere],
  ])('a peer that never ends its side holds no socket after %s', async (_, request) => {
    await using server = await startServer()
    await using socket = await openByteSocket(server.port, true)
    socket.write(request)
    expect(await socket.head()).toMatch(/^HTTP\/1\.1 4/)
    const open = () =>
      new Promise((resolve) => {
        server.http.getConnections((_cause, count) => resolve(count))
      })
    await expect.poll(open).toBe(0)
  })

  test.each([
    ['another path', nowhere],
    ['the endpoint', upgradeRequest()],
    ['a refused handshake', upgradeRequest({ headers: { 'Sec-WebSocket-Version': '8' } })],
  ])('a request before it that has no answer yet hurts nobody: %s', async (_, request) => {
    await using server = await startServer()
    const waiting = '/api/channels/room%3Aa/messages?waitMs=100'
    for (const target of ['/', '/health', waiting]) {
      await using socket = await openByteSocket(server.port)
      socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n${request}`)
      socket.write(clientFrame('{"type":"heartbeat"}'))
      // Whatever the answer is, or that there is none.
      await socket.head().catch(() => '')
    }
    await server.tide.publish('room:a', 'late')
    await expectServed(server.url)
  })

  test.each<[string, string, ServerOptions]>([
    ['that waits', '/api/channels/room%3Aa/messages?waitMs=60000', {}],
    ['that streams', '/api/channels/room%3Aa/events', {}],
    ['of the application', '/slow', { onRequest: () => undefined }],
  ])('P-001 no WebSocket begins behind a request %s', async (_, target, options) => {
    await using server = await startServer(options)
    await using socket = await openByteSocket(server.port)
    socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n${upgradeRequest()}`)
    socket.write(clientFrame('{"type":"heartbeat"}'))
    expect(await socket.rest()).not.toContain('HTTP/1.1 101')
    await expectServed(server.url)
    await expect.poll(() => server.tide.connectionCount).toBe(0)
  })

  test('P-001 a connection whose requests are answered may become a WebSocket', async () => {
    await using server = await startServer()
    await using socket = await openByteSocket(server.port)
    socket.write('HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await socket.head()).toContain('200 OK')
    await socket.handshake()
  })

  test('a peer that resets in the middle of a conversation leaves nothing behind', async () => {
    await using server = await startServer()
    for (let count = 0; count < 20; count += 1) {
      await using socket = await openByteSocket(server.port)
      await socket.handshake()
      socket.write(clientFrame('{"type":"subscribe","id":1,"channel":"room:reset"}'))
      if (count % 2 === 0) await socket.nextFrame()
      await server.tide.publish('room:reset', 'x'.repeat(10_000))
      socket.reset()
    }
    await expectServed(server.url)
    await expect.poll(() => server.tide.connectionCount).toBe(0)
  })

  test('a handshake with a cookie, a body and a thousand headers too many is answered by Node', async () => {
    await using server = await startServer()
    const headers = { Cookie: 'c'.repeat(64 * 1024) }
    expect(await exchange(server.port, upgradeRequest({ headers }))).toMatchObject({ status: 431 })
    await expectServed(server.url)
  })
})
