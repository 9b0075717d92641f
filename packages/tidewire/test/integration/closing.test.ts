import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { createTidewire } from '../../src/node/tidewire.ts'
import { exchange, openByteSocket, upgradeRequest } from '../support/byte-socket.ts'
import { namedUsers, openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { listen, startServer, stop } from '../support/start-server.ts'

describe('close()', () => {
  test('ends every connection with 1001, and refuses nothing that was sent before', async () => {
    await using server = await startServer()
    const clients = await Promise.all([1, 2, 3].map(() => connectRaw(server.url)))
    for (const client of clients) await client.ask({ type: 'subscribe', id: 1, channel: 'news' })
    await server.tide.close()
    for (const client of clients) expect(await client.closed()).toMatchObject({ code: 1001 })
    expect(server.tide.connectionCount).toBe(0)
  })

  test('closes those that have not authenticated, too', async () => {
    await using server = await startServer({ auth: { ...namedUsers, mode: 'required' } })
    await using client = await connectRaw(server.url)
    await server.tide.close()
    expect(await client.closed()).toMatchObject({ code: 1001 })
  })

  test('cuts a peer that does not answer the goodbye', async () => {
    await using server = await startServer()
    await using deaf = await openByteSocket(server.port)
    await deaf.handshake()
    const closing = server.tide.close()
    expect(await deaf.closeCode()).toBe(1001)
    await deaf.ended()
    await closing
  })

  test('leaves the HTTP server to the application, upgrades included', async () => {
    await using server = await startServer()
    await server.tide.close()
    const answer = await exchange(
      server.port,
      upgradeRequest({ headers: { Connection: 'Upgrade, close' } }),
    )
    expect(answer).toMatchObject({ status: 404, body: 'not here' })
    expect(server.http.listenerCount('upgrade')).toBe(0)
  })

  test('may be called twice, and after it nothing can be published', async () => {
    await using server = await startServer()
    await Promise.all([server.tide.close(), server.tide.close()])
    await server.tide.close()
    await expect(server.tide.publish('news', 'late')).rejects.toThrow('closed')
  })

  test('leaves no socket, no server and no timer', async () => {
    const before = openHandles()
    {
      await using server = await startServer()
      await using client = await connectRaw(server.url)
      await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
      await client.ask({ type: 'publish', id: 2, channel: 'log:a', payload: 1, key: 'k' })
      expect(openHandles().length).toBeGreaterThan(before.length)
    }
    await expect
      .poll(() => openHandles())
      .toSatisfy((now: readonly string[]) => now.length <= before.length)
  })
})

describe('two HTTP servers on one tide', () => {
  test('P-001 share their channels and end together', async () => {
    await using one = await startServer()
    const other = createServer()
    one.tide.attach(other, { path: '/live' })
    const port = await listen(other)
    await using here = await connectRaw(one.url)
    await using there = await connectRaw(`ws://127.0.0.1:${port}/live`)
    for (const client of [here, there]) {
      await client.ask({ type: 'subscribe', id: 1, channel: 'log:shared' })
    }
    here.send({ type: 'publish', channel: 'log:shared', payload: 'from here' })
    expect(await there.next('message')).toMatchObject({ offset: 1, payload: 'from here' })
    expect(one.tide.connectionCount).toBe(2)
    await one.tide.close()
    for (const client of [here, there]) {
      await client.next().catch(() => undefined)
      expect(await client.closed()).toMatchObject({ code: 1001 })
    }
    await stop(other)
  })

  test('P-001 a tide that is attached to nothing publishes and closes', async () => {
    const tide = createTidewire({ channels: openChannels })
    expect(await tide.publish('log:alone', 1)).toMatchObject({ position: { offset: 1 } })
    await tide.close()
  })
})

/** What keeps this process alive and belongs to networks or time. */
function openHandles(): readonly string[] {
  const ours = ['TCPServerWrap', 'TCPSocketWrap', 'Timeout', 'Immediate']
  return process.getActiveResourcesInfo().filter((kind) => ours.includes(kind))
}
