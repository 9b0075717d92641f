import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { createTidewire } from '../../src/node/tidewire.ts'
import { openByteSocket, upgradeRequest } from '../support/byte-socket.ts'
import { samplesIn } from '../support/metric-samples.ts'
import { openChannels } from '../support/open-channels.ts'
import { listen, startServer, stop } from '../support/start-server.ts'

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

describe('a server that is for plain HTTP alone', () => {
  test('sends away who cannot wait, too', async () => {
    const admission = { maxLoopDelayMs: 20, maxWaiting: 0 }
    await using tide = createTidewire({ channels: openChannels, admission })
    const handle = tide.httpHandler()
    const http = createServer((request, response) => handle(request, response, () => {}))
    const port = await listen(http)
    await using socket = await openByteSocket(port)
    socket.write('GET /api/channels/log:a/messages HTTP/1.1\r\nHost: here\r\n\r\n')
    blockFor(lateMs)
    const head = await socket.head()
    expect(head).toMatch(/^HTTP\/1\.1 503 /)
    expect(head.toLowerCase()).toContain('retry-after: 2')
    await stop(http)
  })

  test('watches its event loop until it is closed', async () => {
    const tide = createTidewire({ channels: openChannels })
    const delay = () => samplesIn(tide.metrics()).get('tidewire_event_loop_delay_seconds')
    blockFor(lateMs)
    expect(delay()).toBeGreaterThan(0)
    await tide.close()
    const last = delay()
    blockFor(2 * lateMs)
    expect(delay()).toBe(last)
  })
})

/** What an application should never do. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
