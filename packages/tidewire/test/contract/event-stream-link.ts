import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Link, LinkHandler } from '../../src/core/ports/link.ts'
import type { WireData } from '../../src/protocol/codec.ts'
import {
  type ContractCase,
  type LinkPeer,
  type LinkUnderTest,
  linkContract,
  type VirtualClock,
} from '../../src/testing/index.ts'
import { listen, stop } from '../support/start-server.ts'

/**
 * Links whose server says all it has to say in one event stream, for the contract
 * of links: opened over a real socket and read by a client that checks nothing.
 */

/** Longer than any case of the contract. */
export const heartbeatMs = 1_000_000

/** The cases that hold for a client that says nothing once it is open, and ends without a code. */
export function* oneWayContract(
  open: (handler: LinkHandler) => Promise<LinkUnderTest>,
): Iterable<ContractCase> {
  for (const one of linkContract(open)) if (!twoWays.has(one.name)) yield one
}

const twoWays = new Set([
  'passes on what its peer sends, whole and in order',
  'passes on what came while it was paused, in order, once it goes on',
  'tells its end once when the peer closes',
])

/** Asks for a stream; the link is the one that its transport opens meanwhile. */
export async function openStream(options: OpenStreamOptions): Promise<LinkUnderTest> {
  const { clock, links, answer, readEvent } = options
  const server = createServer((_request, response) => answer(response))
  const request = get({ host: '127.0.0.1', port: await listen(server), agent: false })
  // What Node emits with `response`.
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const link = links[0]
  if (link === undefined) throw new Error('no link was opened')
  return {
    link: framing(link),
    peer: watch(response, readEvent),
    turn: () => clock.advance(0),
    passTime: (ms) => clock.advance(ms),
    async [Symbol.asyncDispose]() {
      request.destroy()
      await stop(server)
    },
  }
}

export interface OpenStreamOptions {
  readonly clock: VirtualClock
  /** Those that the transport has opened. */
  readonly links: readonly Link[]
  /** Has the transport open a stream as the response. */
  readonly answer: (response: ServerResponse) => void
  readonly readEvent: ReadEvent
}

/** What an event says: a message, the end, or null for what the contract does not ask about. */
export type ReadEvent = (event: string) => string | NonNullable<LinkPeer['closed']> | null

/** A message as an event. */
export function framed(data: WireData): string {
  return `data: ${typeof data === 'string' ? data : new TextDecoder().decode(data)}\n\n`
}

/** What stands in an event; null for one with nothing in it. */
export function dataOf(event: string): string | null {
  const line = event.split('\n').find((text) => text.startsWith('data: '))
  return line?.slice('data: '.length) ?? null
}

/** An object with some of its methods replaced; everything else is its own. */
export function overriding<TObject extends object>(
  object: TObject,
  methods: Partial<TObject>,
): TObject {
  return new Proxy(object, {
    get(target, name) {
      const value: unknown = Reflect.get(name in methods ? methods : target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A link that is given bare messages, which its codec would have put into events. */
function framing(link: Link): Link {
  const send = (data: WireData) => Math.max(0, link.send(framed(data)) - framed('').length)
  return overriding(link, { send })
}

function watch(response: IncomingMessage, readEvent: ReadEvent): LinkPeer {
  const received: string[] = []
  let closed: LinkPeer['closed'] = null
  let text = ''
  const take = (event: string) => {
    const said = readEvent(event)
    if (typeof said === 'string') received.push(said)
    else closed ??= said
  }
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    const events = (text + chunk).split('\n\n')
    text = events.pop() ?? ''
    events.forEach(take)
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
