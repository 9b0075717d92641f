import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { connect } from './node.ts'

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
    const { type, id, channel, payload } = JSON.parse(String(data))
    say({ type: 'ack', id, channel, position: null })
    if (type === 'publish') say({ type: 'message', channel, payload })
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

  it('refuses a relative URL: there is no page here', () => {
    expect(() => connect('/ws')).toThrow(TypeError)
  })

  it('refuses a subprotocol that cannot be, at once', () => {
    expect(() => connect('ws://127.0.0.1:9/ws', { protocols: ['not valid'] })).toThrow(
      /subprotocol/,
    )
  })
})
