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

it('tells of pings and of pongs it has not asked for, and answers as it is told', async () => {
  await using opened = await openLink()
  const { client, told } = opened
  const pongs: string[] = []
  client.on('pong', (data) => pongs.push(String(data)))
  const asked = once(client, 'ping')
  await opened.clock.advance(heartbeatMs)
  await asked
  client.pong('asked for')
  client.pong('one too many')
  client.ping('first')
  client.ping('second')
  client.send('behind them')
  await expect.poll(() => told).toEqual(['control', 'control', 'control', 'data'])
  opened.link.send('behind the pongs')
  await once(client, 'message')
  // The handler refuses every second.
  expect(pongs).toEqual(['second'])
})

it('answers no ping of a peer that reads none of its answers', async () => {
  await using opened = await openLink()
  const { client, link, told } = opened
  const pongs: string[] = []
  client.on('pong', (data) => pongs.push(String(data)))
  client.pause()
  while (!link.isCongested) link.send('x'.repeat(64 * 1024))
  client.ping('unread')
  await expect.poll(() => told).toEqual(['control'])
  link.send('last')
  client.resume()
  await new Promise<void>((resolve) => {
    client.on('message', (data) => String(data) === 'last' && resolve())
  })
  expect(pongs).toEqual([])
})

it.each([
  ['tooLarge', (client: WebSocket) => client.send('x'.repeat(1_025))],
  ['badUtf8', (client: WebSocket) => client.send(Buffer.of(0xff), { binary: false })],
  ['badFraming', (client: WebSocket) => client.send('', { mask: false })],
] as const)('tells of what it closes for: %s', async (violation, misbehave) => {
  await using opened = await openLink()
  misbehave(opened.client)
  await once(opened.client, 'close')
  expect(opened.told).toEqual([violation])
})

/** A real WebSocket between a client and a transport whose clock stands still. */
async function openLink() {
  const clock = new VirtualClock()
  const links: Link[] = []
  const told: string[] = []
  let isOpen = true
  const transport = new WebSocketTransport({
    accept: (link) => {
      links.push(link)
      return {
        onData: () => told.push('data'),
        onControl: () => told.push('control') % 2 === 1,
        onViolation: (as) => told.push(as),
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
    told,
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
