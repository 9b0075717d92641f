import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { admitAnybody } from '../../test/support/admit-anybody.ts'
import type { Link } from '../core/ports/link.ts'
import { silentLogger } from '../core/ports/logger.ts'
import { jsonCodec } from '../protocol/json-codec.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { WebSocketTransport } from './websocket.ts'

const heartbeatMs = 1_000

it('cuts a link that has shown no life for a whole heartbeat', async () => {
  await using opened = await openLink()
  await opened.clock.advance(heartbeatMs)
  expect(opened.isOpen).toBe(true)
  await opened.clock.advance(heartbeatMs)
  expect(opened.isOpen).toBe(false)
})

it('gives a reader that is slow more time, but not for ever', async () => {
  await using opened = await openLink()
  opened.client.pause()
  while (!opened.link.isCongested) opened.link.send('x'.repeat(64 * 1024))
  await opened.clock.advance(4 * heartbeatMs)
  expect(opened.isOpen).toBe(true)
  await opened.clock.advance(6 * heartbeatMs)
  expect(opened.isOpen).toBe(false)
})

/** A real WebSocket between a client and a transport whose clock stands still. */
async function openLink() {
  const clock = new VirtualClock()
  const links: Link[] = []
  let isOpen = true
  const transport = new WebSocketTransport({
    accept: (link) => {
      links.push(link)
      return {
        onData: () => undefined,
        onDrain: () => undefined,
        onClose: () => {
          isOpen = false
        },
      }
    },
    codecs: [jsonCodec],
    clock,
    wheel: clock,
    heartbeatMs,
    maxPayloadBytes: 1_024,
    compressAboveBytes: null,
    logger: silentLogger,
  })
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    transport.upgrade({ request, socket, head }, admitAnybody)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  // Pongs would come in real time, and the clock here does not wait for them.
  const client = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong: false })
  client.on('error', () => undefined)
  await once(client, 'open')
  const [link] = links
  if (link === undefined) throw new Error('no link was made')
  return {
    clock,
    client,
    link,
    get isOpen() {
      return isOpen
    },
    async [Symbol.asyncDispose]() {
      client.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
