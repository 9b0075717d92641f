import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Client, connect } from './node.ts'

/** A real WebSocket server on a free port that says hello and acknowledges everything. */
async function startServer() {
  const http = createServer()
  const sockets = new WebSocketServer({ server: http, path: '/ws' })
  const protocols: string[] = []
  sockets.on('connection', (socket) => {
    protocols.push(socket.protocol)
    greet(socket)
  })
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on a host and a port has an AddressInfo.
  const { port } = http.address() as AddressInfo
  return {
    sockets,
    protocols,
    url: `http://127.0.0.1:${port}/ws`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

function greet(socket: WebSocket): void {
  const say = (frame: unknown) => socket.send(JSON.stringify(frame))
  const limits = { maxPayloadBytes: 65_536, maxChannels: 128 }
  const hello = { type: 'connected', connectionId: 'c-1', time: 0, auth: 'done', userId: 'ada' }
  say({ ...hello, heartbeatMs: 25_000, limits })
  socket.on('message', (data) => {
    for (const { type, id, channel, payload } of [JSON.parse(String(data))].flat()) {
      say({ type: 'ack', id, channel, position: null })
      if (type === 'publish') say({ type: 'message', channel, payload })
    }
  })
}

/** A server that answers every handshake with a status. */
function startRefusing(
  status: number,
  headers: Readonly<Record<string, string>>,
  onRequest: (url: string) => void = () => undefined,
) {
  return startServerOf(({ url = '' }, socket) => {
    onRequest(url)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${status} No\r\n${lines.join('')}Content-Length: 2\r\n\r\n{}`)
  })
}

/** A server that does with a handshake what it is told. */
async function startServerOf(onUpgrade: (request: IncomingMessage, socket: Duplex) => void) {
  const http = createServer()
  const closed: Promise<unknown>[] = []
  http.on('connection', (socket) => closed.push(once(socket, 'close')))
  http.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    // Read, so that its end is noticed.
    socket.resume().on('end', () => socket.destroy())
    onUpgrade(request, socket)
  })
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on a host and a port has an AddressInfo.
  const { port } = http.address() as AddressInfo
  return {
    url: `ws://127.0.0.1:${port}/ws`,
    allClosed: () => Promise.all(closed),
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

/** Settles with the first state of this kind. */
function entering(client: Client, kind: Client['state']['kind']): Promise<Client['state']> {
  return new Promise((resolve) => {
    client.on('state', (state) => {
      if (state.kind === kind) resolve(state)
    })
  })
}

describe('the client for Node', () => {
  it('subscribes and publishes over a real socket', async () => {
    await using server = await startServer()
    await using client = connect(server.url)
    const channel = client.channel('room:a')
    const stream = channel[Symbol.asyncIterator]()
    expect(await channel.publish({ text: 'hello' })).toEqual({ position: null, duplicate: false })
    expect(await stream.next()).toMatchObject({ value: { payload: { text: 'hello' } } })
    expect(client.state).toEqual({ kind: 'online', connectionId: 'c-1', userId: 'ada' })
    expect(server.protocols).toEqual(['tidewire.v1.json'])
  })

  it('comes back by itself when its socket is cut', async () => {
    await using server = await startServer()
    await using client = connect(server.url, { minDelayMs: 1, maxDelayMs: 1 })
    const subscription = client
      .channel('room:a')
      .subscribe(() => undefined, { onGap: () => undefined })
    await subscription.ready
    const back = new Promise<void>((resolve) => {
      client.on('state', ({ kind }) => {
        if (kind === 'online') resolve()
      })
    })
    for (const socket of server.sockets.clients) socket.terminate()
    await back
    expect(client.state.kind).toBe('online')
  })

  it('goes on trying while nobody listens', async () => {
    const { url } = await (async () => {
      await using server = await startServer()
      return server
    })()
    await using client = connect(url, { minDelayMs: 1, maxDelayMs: 1 })
    const thirdAttempt = new Promise<void>((resolve) => {
      client.on('state', (state) => {
        if (state.kind === 'connecting' && state.attempt === 3) resolve()
      })
    })
    await thirdAttempt
  })

  describe('P-004 refused before it is a WebSocket', () => {
    it.each([
      [401, 4001],
      [403, 4003],
    ])('by a %i, ends as after close code %i', async (status, code) => {
      const seen: string[] = []
      await using server = await startRefusing(status, {}, (url) => seen.push(url))
      await using client = connect(server.url, { minDelayMs: 1, maxDelayMs: 1 })
      expect(await entering(client, 'closed')).toMatchObject({
        code,
        reason: `refused with ${status}`,
      })
      // Forbidden may mean a token that is too old: one more try.
      expect(seen).toHaveLength(status === 403 ? 2 : 1)
    })

    it.each([
      [429, 4012, 7_000],
      [503, 1013, 2_000],
    ])(
      'by a %i, comes back after close code %i, when the server says',
      async (status, closeCode, waitMs) => {
        await using server = await startRefusing(status, { 'Retry-After': '2' })
        await using client = connect(server.url, { minDelayMs: 1, maxDelayMs: 1 })
        const before = Date.now()
        const state = await entering(client, 'waiting')
        expect(state).toMatchObject({ attempt: 2, closeCode })
        expect(state.kind === 'waiting' && state.retryAt).toBeGreaterThanOrEqual(before + waitMs)
      },
    )

    it('by anything else, is a server that is not there', async () => {
      await using server = await startRefusing(502, {})
      await using client = connect(server.url, { minDelayMs: 1, maxDelayMs: 1 })
      expect(await entering(client, 'waiting')).toMatchObject({ closeCode: 1006 })
    })

    it('lets go of the socket of a server that never ends its answer', async () => {
      await using server = await startServerOf((_request, socket) => {
        socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 1000\r\n\r\n{')
      })
      await using client = connect(server.url, { minDelayMs: 1, maxDelayMs: 1 })
      expect(await entering(client, 'closed')).toMatchObject({ code: 4003 })
      await server.allClosed()
    })
  })

  it('refuses a relative URL: there is no page here', () => {
    expect(() => connect('/ws')).toThrow(TypeError)
  })

  it('refuses a subprotocol that cannot be, at once', () => {
    expect(() => connect('ws://127.0.0.1:9/ws', { protocols: ['not valid'] })).toThrow(
      /subprotocol/,
    )
  })
})
