import { describe, expect, test } from 'vitest'
import { connect } from '../../src/client/node.ts'
import { follow, followedChannels, paced, startCounted } from '../support/counted-client.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { noRate } from '../support/no-rate.ts'
import { SharedBroker } from '../support/shared-broker.ts'
import { startServer } from '../support/start-server.ts'
import { until } from '../support/until.ts'

/** Two servers on one broker, and the address of whichever is to be dialled. */
async function startPair() {
  const broker = new SharedBroker()
  const startNode = () =>
    startServer({ broker: broker.forNode(), channels: followedChannels, limits: noRate })
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

describe.each([
  ['websocket', ['online', 'online']],
  ['sse', ['online', 'online']],
  // To its client one link, whichever node answers the next poll.
  ['long-poll', ['online']],
] as const)('P-061 clients of a server that drains, over %s', (way, statesOnTheWay) => {
  test('miss nothing, get nothing twice and are never without a connection', async () => {
    await using pair = await startPair()
    const clients = Array.from({ length: 20 }, () => startCounted(way, pair.proxy.url))
    const readers = await Promise.all(clients.map(({ client }) => follow(client)))
    let published = 0
    const publish = () => pair.second.tide.publish('log:a', ++published)
    const stopPublishing = paced(publish)
    await until(() => published > 20)
    pair.proxy.aim(pair.second.port)
    await pair.first.tide.drain({ overMs: 300, graceMs: 60_000 })
    expect(pair.first.tide.connectionCount).toBe(0)
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
      expect(states).toEqual(statesOnTheWay)
      expect(fewest()).toBeGreaterThanOrEqual(1)
      client.dispose()
    }
  })

  test('go all the same while nothing happens, and hear what comes then', async () => {
    await using pair = await startPair()
    const clients = Array.from({ length: 5 }, () => startCounted(way, pair.proxy.url))
    const readers = await Promise.all(clients.map(({ client }) => follow(client)))
    await until(() => pair.first.tide.connectionCount >= 5)
    pair.proxy.aim(pair.second.port)
    await pair.first.tide.drain({ overMs: 100, graceMs: 60_000 })
    expect(pair.first.tide.connectionCount).toBe(0)
    await pair.second.tide.publish('log:a', 'then')
    await until(() => readers.every(({ offsets }) => offsets.length === 1))
    for (const { told } of readers) expect(told).toEqual([])
    for (const { client, states } of clients) {
      expect(states).toEqual(statesOnTheWay)
      client.dispose()
    }
  })

  test('publish and are answered on the way, each event once and in order', async () => {
    await using pair = await startPair()
    const clients = Array.from({ length: 8 }, () => startCounted(way, pair.proxy.url))
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
    await using counted = startCounted(way, pair.proxy.url)
    const { offsets, told } = await follow(counted.client)
    const drained = pair.first.tide.drain({ overMs: 0, graceMs: 1_500 })
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
})
