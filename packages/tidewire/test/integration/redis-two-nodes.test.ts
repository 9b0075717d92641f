import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../src/testing/index.ts'
import { connectRaw } from '../support/raw-client.ts'
import { numbers, startReader, startRedisNode } from '../support/redis-node.ts'
import { hasRedis, RedisServer } from '../support/redis-server.ts'
import { until } from '../support/until.ts'

describe.skipIf(!hasRedis())('two nodes on one Redis', () => {
  test('give every client every event once and in one order, whoever publishes', async () => {
    await using redis = await RedisServer.start()
    await using one = await startRedisNode(redis)
    await using other = await startRedisNode(redis)
    await using first = await startReader(one, 'log:a')
    await using second = await startReader(other, 'log:a')
    const publish = (count: number) => [
      one.tide.publish('log:a', `server 1: ${count}`),
      other.tide.publish('log:a', `server 2: ${count}`),
      first.client.channel('log:a').publish(`client 1: ${count}`),
      second.client.channel('log:a').publish(`client 2: ${count}`),
    ]
    await Promise.all(numbers(1, 200).flatMap(publish))
    await until(() => first.offsets.length >= 800 && second.offsets.length >= 800)
    expect(first.offsets).toEqual(numbers(1, 800))
    expect(second.offsets).toEqual(numbers(1, 800))
    expect(second.payloads).toEqual(first.payloads)
    for (const who of ['server 1', 'server 2', 'client 1', 'client 2']) {
      const own = first.payloads.filter((payload) => String(payload).startsWith(who))
      expect(own).toEqual(numbers(1, 200).map((count) => `${who}: ${count}`))
    }
    expect([...first.gaps, ...second.gaps]).toEqual([])
  })

  test('recover a client on the one that it did not know', async () => {
    await using redis = await RedisServer.start()
    await using one = await startRedisNode(redis)
    await using other = await startRedisNode(redis)
    await using before = await connectRaw(one.url)
    await before.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    const { position } = await other.tide.publish('log:a', 'seen')
    expect(await before.next('message')).toMatchObject({ payload: 'seen' })
    await one[Symbol.asyncDispose]()
    for (const count of numbers(1, 50)) await other.tide.publish('log:a', count)
    await using after = await connectRaw(other.url)
    const answer = await after.ask({ type: 'subscribe', id: 1, channel: 'log:a', since: position })
    expect(answer).toMatchObject({ type: 'ack', recovered: true, top: 51 })
    const frame = await after.next('batch')
    expect(frame.events.map(({ payload }) => payload)).toEqual(numbers(1, 50))
  })

  test('take a key once, whichever of them it comes to', async () => {
    await using redis = await RedisServer.start()
    await using one = await startRedisNode(redis)
    await using other = await startRedisNode(redis)
    const first = await one.tide.publish('log:a', 'once', { key: 'k' })
    const again = await other.tide.publish('log:a', 'once', { key: 'k' })
    const misused = await other.tide.publish('log:a', 'twice', { key: 'k' })
    const { position } = first
    expect([again, misused]).toEqual([
      { position, duplicate: true },
      { position, duplicate: true, conflict: true },
    ])
  })

  test('pass events on that are not kept, and leave out who does not want its own', async () => {
    await using redis = await RedisServer.start()
    await using one = await startRedisNode(redis)
    await using other = await startRedisNode(redis)
    await using writer = await connectRaw(one.url)
    await using reader = await connectRaw(other.url)
    for (const client of [writer, reader]) {
      expect(await client.ask({ type: 'subscribe', id: 1, channel: 'room:a' })).toMatchObject({
        position: null,
      })
    }
    const event = { type: 'publish', id: 2, channel: 'room:a', payload: 'hi', echo: false }
    expect(await writer.ask(event)).toMatchObject({ type: 'ack', id: 2 })
    expect(await reader.next('message')).toMatchObject({ payload: 'hi' })
    await writer.expectSilence()
  })

  test('let clients come and go without a hole or an event twice', async () => {
    await using redis = await RedisServer.start()
    await using one = await startRedisNode(redis)
    await using other = await startRedisNode(redis)
    for (const seed of numbers(1, 5)) {
      const random = new SeededRandom(seed)
      const channel = `log:race-${seed}`
      const publishers = numbers(1, 6).map(async (publisher) => {
        for (const count of numbers(1, 60)) {
          const node = random.pick([one, other])
          await node.tide.publish(channel, `${publisher}-${count}`)
          if (random.chance(0.3)) await new Promise((resolve) => setImmediate(resolve))
        }
      })
      const readers = numbers(1, 6).map(async () => {
        const reader = await startReader(random.pick([one, other]), channel)
        await until(() => reader.offsets.at(-1) === 361)
        const [first = 0] = reader.offsets
        expect(reader.offsets, `seed ${seed}`).toEqual(numbers(first, 361))
        expect(reader.gaps).toEqual([])
        await reader[Symbol.asyncDispose]()
      })
      await Promise.all(publishers)
      await one.tide.publish(channel, 'last')
      await Promise.all(readers)
    }
  })
})
