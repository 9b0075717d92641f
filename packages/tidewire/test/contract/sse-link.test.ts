import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import { describe, it } from 'vitest'
import type { Link, LinkHandler } from '../../src/core/ports/link.ts'
import type { WireData } from '../../src/protocol/codec.ts'
import {
  type LinkPeer,
  type LinkUnderTest,
  linkContract,
  VirtualClock,
} from '../../src/testing/index.ts'
import { SseTransport } from '../../src/transports/sse.ts'
import { listen, stop } from '../support/start-server.ts'

// A stream goes one way: its client sends nothing, and ends it without a code.
const twoWays = new Set([
  'passes on what its peer sends, whole and in order',
  'passes on what came while it was paused, in order, once it goes on',
  'tells its end once when the peer closes',
])

describe('a link of server-sent events', () => {
  for (const { name, run } of linkContract(openLink)) if (!twoWays.has(name)) it(name, run)
})

async function openLink(handler: LinkHandler): Promise<LinkUnderTest> {
  const clock = new VirtualClock()
  const links: Link[] = []
  const transport = new SseTransport({
    accept(link, { codec }) {
      links.push(link)
      // The answer to its subscribe: with it the stream begins.
      const answer = () =>
        link.send(codec.encode({ type: 'ack', id: 0, channel: 'any', position: null }))
      return overriding(handler, { onData: answer })
    },
    clock,
    wheel: clock,
    heartbeatMs: 1_000_000,
  })
  const server = createServer((_request, response) => {
    const stream = { response, channels: ['any'], since: [], isHead: false, onRefused() {} }
    transport.open(stream, { remoteAddress: 'unknown' })
  })
  const port = await listen(server)
  const request = get({ host: '127.0.0.1', port, agent: false })
  // What Node emits with `response`.
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const link = links[0]
  if (link === undefined) throw new Error('no link was opened')
  return {
    link: framing(link),
    peer: watch(response),
    turn: () => clock.advance(0),
    passTime: (ms) => clock.advance(ms),
    async [Symbol.asyncDispose]() {
      request.destroy()
      await stop(server)
    },
  }
}

/** A link that is given bare messages, which its codec would have put into events. */
function framing(link: Link): Link {
  const send = link.send.bind(link)
  return overriding(link, { send: (data: WireData) => send(`data: ${textOf(data)}\n\n`) })
}

/** An object with some of its methods replaced; everything else is its own. */
function overriding<TObject extends object>(object: TObject, methods: Partial<TObject>): TObject {
  return new Proxy(object, {
    get(target, name) {
      const value: unknown = Reflect.get(name in methods ? methods : target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function textOf(data: WireData): string {
  return typeof data === 'string' ? data : new TextDecoder().decode(data)
}

function watch(response: IncomingMessage): LinkPeer {
  const received: string[] = []
  let closed: LinkPeer['closed'] = null
  let text = ''
  const takeBlock = (block: string) => {
    const data = block.split('\n').find((line) => line.startsWith('data: '))
    if (data === undefined || block.startsWith('event: ack')) return
    if (block.startsWith('event: close')) closed = JSON.parse(data.slice(6))
    else received.push(data.slice(6))
  }
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    const blocks = (text + chunk).split('\n\n')
    text = blocks.pop() ?? ''
    blocks.forEach(takeBlock)
  })
  response.on('error', () => undefined)
  response.on('close', () => {
    closed ??= { code: 1006, reason: '' }
  })
  return {
    received,
    get closed() {
      return closed && { code: closed.code, reason: closed.reason }
    },
    send() {
      throw new Error('a stream goes one way')
    },
    stall: () => response.pause(),
    drain: () => response.resume(),
    close: () => response.destroy(),
  }
}
