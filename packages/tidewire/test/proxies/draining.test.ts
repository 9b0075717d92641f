import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { follow, followedChannels, paced, startCounted } from '../support/counted-client.ts'
import { startHttpServer } from '../support/http-server.ts'
import { noRate } from '../support/no-rate.ts'
import { SharedBroker } from '../support/shared-broker.ts'
import { listen, stop } from '../support/start-server.ts'
import { until } from '../support/until.ts'
import { installedKinds } from './kinds.ts'

describe.each(installedKinds())('P-061 a deploy with two servers behind $name', ({ start }) => {
  test.each(['websocket', 'sse'] as const)(
    'clients over %s miss nothing and are never without a connection',
    async (way) => {
      await using pair = await startPair()
      const [old, other] = pair.servers
      await using proxy = await start(old.port, { otherPort: other.port })
      const url = `ws://127.0.0.1:${proxy.port}/ws`
      const clients = Array.from({ length: 40 }, () => startCounted(way, url))
      const readers = await Promise.all(clients.map(({ client }) => follow(client)))
      const toMove = old.tide.connectionCount
      expect(toMove).toBeGreaterThan(0)
      let published = 0
      const stopPublishing = paced(() => other.tide.publish('log:a', ++published))
      await old.tide.drain({ overMs: 1_000, graceMs: 60_000 })
      stopPublishing()
      await until(() => readers.every(({ offsets }) => offsets.at(-1) === published))
      const all = Array.from({ length: published }, (_, index) => index + 1)
      for (const { offsets, told } of readers)
        expect({ offsets, told }).toEqual({ offsets: all, told: [] })
      expect(clients.filter(({ states }) => states.length > 1)).toHaveLength(toMove)
      for (const { client, states, fewest, refusals } of clients) {
        expect(states.filter((state) => state !== 'online')).toEqual([])
        expect(fewest()).toBeGreaterThan(0)
        expect(refusals).toEqual([])
        client.dispose()
      }
    },
  )
})

describe.each(installedKinds())('a 503 of one server behind $name', ({ start }) => {
  test.each([
    ['GET', '/api/channels/log:a/messages', 2],
    ['POST', '/api/frames', 2],
    // Nobody knows whether the first one stored it.
    ['POST', '/api/channels/log:a/messages', 1],
  ])('%s %s is asked of so many servers: %i', async (method, path, expected) => {
    await using one = await startRefusing()
    await using other = await startRefusing()
    await using proxy = await start(one.port, { otherPort: other.port })
    const answer = await fetch(`http://127.0.0.1:${proxy.port}${path}`, {
      method,
      ...(method === 'POST' && { body: '{}' }),
    })
    expect(answer.status).toBe(503)
    const asked = [one, other].filter(({ seen }) => seen.includes(`${method} ${path}`))
    expect(asked).toHaveLength(expected)
  })
})

/** A server that takes no request, and writes down which it was asked. */
async function startRefusing() {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    response.writeHead(request.url === '/ready' ? 200 : 503).end()
  })
  const port = await listen(server)
  return { port, seen, [Symbol.asyncDispose]: () => stop(server) }
}

/** Two servers on one broker. */
async function startPair() {
  const broker = new SharedBroker()
  const startNode = () =>
    startHttpServer({ broker: broker.forNode(), channels: followedChannels, limits: noRate })
  const servers = await Promise.all([startNode(), startNode()])
  return {
    servers,
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server[Symbol.asyncDispose]()
      await broker.close()
    },
  }
}
