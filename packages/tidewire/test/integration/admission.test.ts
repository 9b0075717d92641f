import { describe, expect, test } from 'vitest'
import { openByteSocket, upgradeRequest } from '../support/byte-socket.ts'
import { startServer } from '../support/start-server.ts'

const lateMs = 150

describe('a server whose event loop is late', () => {
  test('lets newcomers in as soon as it is on time again', async () => {
    await using server = await startServer({ admission: { maxLoopDelayMs: 20 } })
    await using socket = await openByteSocket(server.port)
    socket.write(upgradeRequest())
    blockFor(lateMs)
    expect(await socket.head()).toMatch(/^HTTP\/1\.1 101 /)
    expect(server.tide.connectionCount).toBe(1)
  })

  test('sends away who cannot wait: 503, and when to try again', async () => {
    const admission = { maxLoopDelayMs: 20, maxWaiting: 0 }
    await using server = await startServer({ admission })
    await using socket = await openByteSocket(server.port)
    socket.write(upgradeRequest())
    blockFor(lateMs)
    const head = await socket.head()
    expect(head).toMatch(/^HTTP\/1\.1 503 /)
    expect(head.toLowerCase()).toContain('retry-after: 2')
    expect(server.tide.connectionCount).toBe(0)
  })

  test('lets those in first that come back', async () => {
    const admission = { maxLoopDelayMs: 20, maxWaiting: 1 }
    await using server = await startServer({ admission })
    await using fresh = await openByteSocket(server.port)
    await using returning = await openByteSocket(server.port)
    fresh.write(upgradeRequest())
    returning.write(upgradeRequest({ line: 'GET /ws?resume=1 HTTP/1.1' }))
    blockFor(lateMs)
    expect(await returning.head()).toMatch(/^HTTP\/1\.1 101 /)
    expect(await fresh.head()).toMatch(/^HTTP\/1\.1 503 /)
  })
})

/** What an application should never do. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
