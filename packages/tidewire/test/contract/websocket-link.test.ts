import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Link, LinkHandler } from '../../src/core/ports/link.ts'
import { silentLogger } from '../../src/core/ports/logger.ts'
import { jsonCodec } from '../../src/protocol/json-codec.ts'
import {
  type LinkPeer,
  type LinkUnderTest,
  linkContract,
  VirtualClock,
} from '../../src/testing/index.ts'
import { WebSocketTransport } from '../../src/transports/websocket.ts'
import { admitAnybody } from '../support/admit-anybody.ts'
import { listen, stop } from '../support/start-server.ts'

describe('a WebSocket link', () => {
  for (const { name, run } of linkContract((handler) => openLink(handler, null))) it(name, run)
})

describe('a WebSocket link that compresses', () => {
  for (const { name, run } of linkContract((handler) => openLink(handler, 1))) it(name, run)
})

async function openLink(
  handler: LinkHandler,
  compressAboveBytes: number | null,
): Promise<LinkUnderTest> {
  const clock = new VirtualClock()
  const links: Link[] = []
  const transport = new WebSocketTransport({
    accept: (link) => {
      links.push(link)
      return handler
    },
    codecs: [jsonCodec],
    clock,
    wheel: clock,
    heartbeatMs: 1_000_000,
    maxPayloadBytes: 1_000_000,
    compressAboveBytes,
    logger: silentLogger,
  })
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    transport.upgrade({ request, socket, head }, admitAnybody)
  })
  const client = new WebSocket(`ws://127.0.0.1:${await listen(server)}`)
  const peer = watch(client)
  await once(client, 'open')
  const [link] = links
  if (link === undefined) throw new Error('no link was opened')
  return {
    link,
    peer,
    turn: () => clock.advance(0),
    passTime: (ms) => clock.advance(ms),
    async [Symbol.asyncDispose]() {
      client.terminate()
      link.terminate()
      await stop(server)
    },
  }
}

function watch(client: WebSocket): LinkPeer {
  const received: string[] = []
  let closed: LinkPeer['closed'] = null
  client.on('message', (data) => received.push(data.toString()))
  client.on('close', (code, reason) => {
    closed = { code, reason: reason.toString() }
  })
  client.on('error', () => undefined)
  return {
    received,
    get closed() {
      return closed
    },
    send: (text) => client.send(text),
    stall: () => client.pause(),
    drain: () => client.resume(),
    close: () => client.close(1000),
  }
}
