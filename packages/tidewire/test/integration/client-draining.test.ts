import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Client, connect, type Dial, httpFallback } from '../../src/client/node.ts'
import { webSocketDial } from '../../src/client/web-socket-dial.ts'
import { type LossyProxy, startLossyProxy } from '../support/lossy-proxy.ts'
import { noRate } from '../support/no-rate.ts'
import { SharedBroker } from '../support/shared-broker.ts'
import { startServer } from '../support/start-server.ts'
import { until } from '../support/until.ts'
import { blocked } from '../support/ways.ts'

const channels = {
  'log:{name}': { subscribe: 'anyone', publish: 'anyone', history: { size: 5_000 } },
} as const

/** Two servers on one broker, and the address of whichever is to be dialled. */
async function startPair() {
  const broker = new SharedBroker()
  const startNode = () => startServer({ broker: broker.forNode(), channels, limits: noRate })
  const [first, second] = await Promise.all([startNode(), startNode()])
  const proxy = await startLossyProxy(first.port)
  return {
    first,
    second,
    proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose]()])
      await broker.close()
    },
  }
}

/** A client that counts its connections: the fewest it had since it had one. */
function startCounted(way: 'websocket' | 'sse', proxy: LossyProxy) {
  const open = new Set<unknown>()
  let fewest = Number.POSITIVE_INFINITY
  const platform = dials[way]()
  const close = (token: unknown) => {
    if (open.delete(token)) fewest = Math.min(fewest, open.size)
  }
  const dial: Dial = (url, protocols, handlers) => {
    const token = {}
    const link = platform(url, protocols, {
      onMessage(data) {
        open.add(token)
        handlers.onMessage(data)
      },
      onClose(code, reason) {
        close(token)
        handlers.onClose(code, reason)
      },
    })
    return {
      send: (text) => link.send(text),
      close(code, reason) {
        close(token)
        link.close(code, reason)
      },
    }
  }
  const client = connect(proxy.url, { dial, minDelayMs: 20, maxDelayMs: 50 })
  const states: string[] = []
  client.on('state', ({ kind }) => states.push(kind))
  return {
    client,
    states,
    fewest: () => fewest,
    [Symbol.asyncDispose]: async () => client.dispose(),
  }
}

/** The ways whose links last: a poll goes to another node by itself. */
const dials: Readonly<Record<'websocket' | 'sse', () => Dial>> = {
  websocket: () => webSocketDial((url, protocols) => new WebSocket(url, [...protocols])),
  sse: () => httpFallback({ webSocket: blocked, ways: ['sse'] }),
}

/** Every offset a client is given, and whatever it is told beside. */
async function follow(client: Client) {
  const offsets: (number | undefined)[] = []
  const told: unknown[] = []
  client.on('error', (error) => told.push(error))
  await client.channel('log:a').subscribe(({ offset }) => offsets.push(offset), {
    onRecovered: (recovered) => told.push(recovered),
  }).ready
  return { offsets, told }
}

/** Runs something every 5 ms until it is stopped. */
function paced(run: () => void): () => void {
  const timer = setInterval(run, 5)
  return () => clearInterval(timer)
}

describe.each(['websocket', 'sse'] as const)(
  'P-061 clients of a server that drains, over %s',
  (way) => {
    test('miss nothing, get nothing twice and are never without a connection', async () => {
      await using pair = await startPair()
      const clients = Array.from({ length: 20 }, () => startCounted(way, pair.proxy))
      const readers = await Promise.all(clients.map(({ client }) => follow(client)))
      let published = 0
      const publish = () => pair.second.tide.publish('log:a', ++published)
      const stopPublishing = paced(publish)
      await until(() => published > 20)
      pair.proxy.aim(pair.second.port)
      const drained = pair.first.tide.drain({ overMs: 300, graceMs: 60_000 })
      await drained
      const before = published
      await until(() => published > before + 20)
      stopPublishing()
      await until(() => readers.every(({ offsets }) => offsets.at(-1) === published))
      const all = Array.from({ length: published }, (_, index) => index + 1)
      for (const { offsets, told } of readers) {
        expect(offsets).toEqual(all)
        expect(told).toEqual([])
      }
      for (const { client, states, fewest } of clients) {
        expect(states).toEqual(['online', 'online'])
        expect(fewest()).toBe(1)
        client.dispose()
      }
    })

    test('publish and are answered on the way, each event once and in order', async () => {
      await using pair = await startPair()
      const clients = Array.from({ length: 8 }, () => startCounted(way, pair.proxy))
      const published = clients.map((): Promise<{ duplicate: boolean }>[] => [])
      const stopPublishing = paced(() => {
        for (const [index, { client }] of clients.entries()) {
          const mine = published[index] ?? []
          mine.push(client.channel('log:a').publish(`${index} ${mine.length}`))
        }
      })
      await until(() => published.every(({ length }) => length > 20))
      pair.proxy.aim(pair.second.port)
      const drained = pair.first.tide.drain({ overMs: 200, graceMs: 60_000 })
      await drained
      stopPublishing()
      const results = await Promise.all(published.flat())
      expect(results.filter(({ duplicate }) => duplicate)).toEqual([])
      await using reader = connect(pair.proxy.url)
      const seen: unknown[] = []
      const since = {
        epoch: (await reader.channel('log:a').history()).position?.epoch ?? '',
        offset: 0,
      }
      reader.channel('log:a').subscribe(({ payload }) => seen.push(payload), { since })
      await until(() => seen.length >= results.length)
      for (const [index, mine] of published.entries()) {
        const theirs = seen.filter((payload) => String(payload).startsWith(`${index} `))
        expect(theirs).toEqual(mine.map((_, n) => `${index} ${n}`))
      }
      for (const { client } of clients) client.dispose()
    })

    test('wait where they are while nobody else takes them, and reconnect at the deadline', async () => {
      await using pair = await startPair()
      await using counted = startCounted(way, pair.proxy)
      const { offsets, told } = await follow(counted.client)
      const drained = pair.first.tide.drain({ overMs: 0, graceMs: 300 })
      await pair.second.tide.publish('log:a', 'while it drains')
      await until(() => offsets.length === 1)
      expect(counted.states).toEqual(['online'])
      await until(() => counted.states.includes('waiting'))
      pair.proxy.aim(pair.second.port)
      await pair.second.tide.publish('log:a', 'while nobody is there')
      await until(() => offsets.length === 2)
      expect(offsets).toEqual([1, 2])
      expect(told).toEqual([{ events: 1 }])
      await drained
    })
  },
)
