import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../../src/client/node.ts'
import { connectRaw, RawClient } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'
import { installedKinds, tlsFiles } from './kinds.ts'
import type { ProxyProcess } from './proxy-process.ts'

const idleTimeout = '2s'
const longerThanIdleMs = 3_500

describe.each(installedKinds())('behind $name', ({ start }) => {
  test('a client subscribes, publishes and gets its event', async () => {
    await using server = await startServer()
    await using proxy = await start(server.port, {})
    await using client = await connectRaw(webSocketUrl(proxy))
    await client.ask({ type: 'subscribe', id: 1, channel: 'room:a' })
    client.send({ type: 'publish', channel: 'room:a', payload: 'through' })
    expect(await client.next('message')).toMatchObject({ payload: 'through' })
  })

  test('the SDK connects and receives', async () => {
    await using server = await startServer()
    await using proxy = await start(server.port, {})
    await using client = connect(webSocketUrl(proxy))
    const seen: unknown[] = []
    const subscription = client.channel('log:a').subscribe(({ payload }) => seen.push(payload))
    await subscription.ready
    await server.tide.publish('log:a', 1)
    await expect.poll(() => seen).toEqual([1])
  })

  test('TLS ends at the proxy', async () => {
    await using server = await startServer()
    const tls = tlsFiles()
    await using proxy = await start(server.port, { tls })
    await using client = await connectRaw(`wss://127.0.0.1:${proxy.port}/ws`, { ca: tls.ca })
    expect(client.hello.type).toBe('connected')
  })

  test('heartbeats keep a silent connection open beyond the idle timeout', async () => {
    await using server = await startServer({ limits: { heartbeatMs: 300 } })
    await using proxy = await start(server.port, { idleTimeout })
    const webSocket = new WebSocket(webSocketUrl(proxy))
    const beats = Math.ceil(longerThanIdleMs / 300)
    await Promise.race([pings(webSocket, beats), closed(webSocket)])
    expect(webSocket.readyState).toBe(WebSocket.OPEN)
    webSocket.terminate()
  })

  test('without them it is cut, and the server notices', async () => {
    await using server = await startServer({ limits: { heartbeatMs: 60_000 } })
    await using proxy = await start(server.port, { idleTimeout })
    const webSocket = new WebSocket(webSocketUrl(proxy))
    expect(await closed(webSocket)).toMatchObject({ code: 1006 })
    await expect.poll(() => server.tide.connectionCount).toBe(0)
  })

  test('the address of a client is the one the proxy saw, not the one it claims', async () => {
    const seen: string[] = []
    await using server = await startServer({
      trustProxy: ['127.0.0.1'],
      auth: {
        verify: (token, { remoteAddress }) => {
          seen.push(remoteAddress)
          return { userId: token }
        },
      },
    })
    await using proxy = await start(server.port, {})
    await using client = new RawClient(
      new WebSocket(webSocketUrl(proxy), {
        localAddress: '127.0.0.2',
        headers: { 'X-Forwarded-For': '203.0.113.7' },
      }),
    )
    await client.greet()
    await client.ask({ type: 'auth', id: 1, token: 'ada' })
    expect(seen).toEqual(['127.0.0.2'])
  })
})

function webSocketUrl({ port }: ProxyProcess): string {
  return `ws://127.0.0.1:${port}/ws`
}

async function pings(webSocket: WebSocket, count: number): Promise<void> {
  let seen = 0
  await new Promise<void>((resolve) => {
    webSocket.on('ping', () => {
      seen += 1
      if (seen === count) resolve()
    })
  })
}

function closed(webSocket: WebSocket): Promise<{ readonly code: number }> {
  return new Promise((resolve) => {
    webSocket.on('close', (code) => resolve({ code }))
  })
}
