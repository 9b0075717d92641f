import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MemoryBroker } from '../../src/brokers/memory.ts'
import { redisBroker } from '../../src/brokers/redis.ts'
import type { Broker, HistoryBounds } from '../../src/core/ports/broker.ts'
import { randomId, systemClock } from '../../src/node/system.ts'
import { numbers } from '../support/redis-node.ts'
import { hasRedis, RedisServer } from '../support/redis-server.ts'

const roomy: HistoryBounds = { maxEntries: 10_000, maxBytes: 100_000_000, maxAgeMs: 3_600_000 }
const day = 24 * 60 * 60_000

let redis: RedisServer
let client: Redis
let broker: Broker

describe.skipIf(!hasRedis())('what a broker keeps in Redis', () => {
  beforeAll(async () => {
    redis = await RedisServer.start()
    client = redis.client()
  })

  beforeEach(async () => {
    await client.flushall()
    broker = redisBroker(client)
    return () => broker.close()
  })

  afterAll(() => redis[Symbol.asyncDispose]())

  test('is what the memory broker keeps, whatever the bounds become', async () => {
    const bounds = fc.record({
      maxEntries: fc.integer({ min: 1, max: 40 }),
      maxBytes: fc.integer({ min: 1, max: 400 }),
      maxAgeMs: fc.constant(3_600_000),
    })
    const burst = fc.record({
      history: bounds,
      payloads: fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 60 }),
      after: fc.integer({ min: 0, max: 60 }),
      limit: fc.integer({ min: 0, max: 10 }),
      newest: fc.boolean(),
    })
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(burst, { minLength: 1, maxLength: 5 }), async (bursts) => {
        runs += 1
        const channel = `same-${runs}`
        const memory = new MemoryBroker({ clock: systemClock, makeId: randomId })
        for (const { history, payloads, after, limit, newest } of bursts) {
          for (const payload of payloads) {
            const event = { payloadJson: JSON.stringify(payload) }
            await Promise.all([
              memory.publish(channel, event, history),
              broker.publish(channel, event, history),
            ])
          }
          for (const query of [{}, { after }, { after, limit }, { limit, newest }]) {
            const [expected, page] = await Promise.all([
              memory.read(channel, query),
              broker.read(channel, query),
            ])
            expect(withoutLife(page)).toEqual(withoutLife(expected))
          }
        }
        await memory.close()
      }),
      { numRuns: 60 },
    )
  })

  test('leaves by its age, however much it is', async () => {
    const history = { ...roomy, maxAgeMs: 2_000 }
    await Promise.all(
      numbers(1, 2_000).map((count) => broker.publish('a', payload(count), history)),
    )
    await waitMs(2_100)
    for (const count of numbers(2_001, 2_010)) await broker.publish('a', payload(count), history)
    expect(await broker.read('a', {})).toMatchObject({ topOffset: 2_010, trimmedOffset: 2_000 })
    expect(await client.llen('tidewire:{a}:log')).toBe(10)
    await waitMs(2_100)
    expect(await broker.read('a', {})).toMatchObject({ topOffset: 2_010, trimmedOffset: 2_010 })
    expect(await client.exists('tidewire:{a}:log')).toBe(0)
  })

  test('holds an event of two megabytes, and passes it on', async () => {
    const text = JSON.stringify('é'.repeat(1_000_000))
    const seen = new Promise<string>((resolve, reject) => {
      broker.subscribe('a', (event) => resolve(event.payloadJson), roomy).catch(reject)
    })
    await broker.read('a', {})
    await expect.poll(async () => client.pubsub('NUMSUB', 'tidewire:{a}')).toContain(1)
    await broker.publish('a', { payloadJson: text }, roomy)
    expect((await seen) === text).toBe(true)
    const [event] = (await broker.read('a', {})).events
    expect(event?.payloadJson === text).toBe(true)
    await broker.publish('a', { payloadJson: text }, { ...roomy, maxBytes: 3_000_000 })
    expect(await broker.read('a', {})).toMatchObject({ topOffset: 2, trimmedOffset: 1 })
  })

  test('of thousands of channels leaves by itself, all of it', async () => {
    const names = numbers(1, 3_000).map((count) => `room:${count}`)
    const ask = (name: string, index: number) => {
      if (index % 3 === 0) return broker.read(name, {})
      const event = { payloadJson: '1', ...(index % 3 === 1 && { key: 'k' }) }
      return broker.publish(name, event, index % 2 === 0 ? roomy : null)
    }
    await Promise.all(names.map(ask))
    const ttls = await Promise.all(
      (await client.keys('*')).map(async (key) => [key, await client.pttl(key)] as const),
    )
    expect(ttls.length).toBeGreaterThan(3_000)
    for (const [key, ttl] of ttls) {
      expect(ttl, key).toBeGreaterThan(0)
      expect(ttl, key).toBeLessThanOrEqual(longestTtl(key))
    }
    // Those that were only asked for leave soon.
    expect(await client.pttl('tidewire:{room:1}:position')).toBeLessThanOrEqual(10 * 60_000)
  })

  test('stays as long as it is read', async () => {
    await broker.publish('a', payload(1), { ...roomy, maxAgeMs: Number.MAX_SAFE_INTEGER })
    await broker.read('empty', {})
    const keys = ['tidewire:{a}:position', 'tidewire:{a}:log', 'tidewire:{empty}:position']
    for (const key of keys) await client.pexpire(key, 60_000)
    await broker.read('a', { limit: 0 })
    await broker.read('empty', { limit: 0 })
    for (const key of keys) expect(await client.pttl(key), key).toBeGreaterThan(60_000)
  })

  test('is of one prefix, and of no other', async () => {
    const other = redisBroker(client, { prefix: 'other:' })
    await broker.publish('a', { ...payload(1), key: 'k' }, roomy)
    const { position, duplicate } = await other.publish('a', { ...payload(1), key: 'k' }, roomy)
    expect([position?.offset, duplicate]).toEqual([1, false])
    expect((await client.keys('*')).sort()).toEqual([
      ...['other:{a}:key:k', 'other:{a}:log', 'other:{a}:position'],
      ...['tidewire:{a}:key:k', 'tidewire:{a}:log', 'tidewire:{a}:position'],
    ])
    await other.close()
  })

  test('cannot be reached by the name of a channel or a key', async () => {
    const names = ['a', 'a:log', 'a:position', 'a:key:k', 'a:key', 'tidewire:a', 'a:log:position']
    for (const name of names) {
      for (const key of ['k', '}:log', 'k}:position', '{a}:log', '']) {
        const { duplicate } = await broker.publish(name, { ...payload(1), key }, roomy)
        expect(duplicate, `${name} ${key}`).toBe(false)
      }
    }
    for (const name of names) expect(await broker.read(name, {})).toMatchObject({ topOffset: 5 })
  })

  test('that somebody else put there is refused, not destroyed, and nothing is stored half', async () => {
    await client.set('tidewire:{a}:log', 'mine')
    await client.set('tidewire:{a}:position', 'epoch life 3 3 3 3')
    const trusting = redisBroker(client, { trustRestarts: true })
    await expect(trusting.publish('a', { ...payload(1), key: 'k' }, roomy)).rejects.toThrow(
      'WRONGTYPE',
    )
    expect(await client.get('tidewire:{a}:log')).toBe('mine')
    expect(await client.get('tidewire:{a}:position')).toBe('epoch life 3 3 3 3')
    expect(await client.exists('tidewire:{a}:key:k')).toBe(0)
    await trusting.close()
  })

  test('of a log whose position is gone is no part of the next one', async () => {
    for (const count of numbers(1, 3)) await broker.publish('a', payload(count), roomy)
    const { epoch } = await broker.read('a', {})
    await client.del('tidewire:{a}:position')
    const { position } = await broker.publish('a', payload(4), roomy)
    expect(position).toMatchObject({ epoch: expect.not.stringMatching(epoch), offset: 1 })
    const { events, trimmedOffset } = await broker.read('a', {})
    expect(events.map(({ payloadJson }) => payloadJson)).toEqual(['4'])
    expect(trimmedOffset).toBe(0)
  })

  test('is counted exactly far beyond 32 bits', async () => {
    const far = 2 ** 52
    await client.set('tidewire:{a}:position', `epoch - ${far} ${far} 1 ${roomy.maxAgeMs}`)
    const { position } = await broker.publish('a', payload(1), roomy)
    expect(position).toEqual({ epoch: 'epoch', offset: far + 1 })
    expect(await broker.read('a', { after: far })).toMatchObject({
      topOffset: far + 1,
      trimmedOffset: far,
      events: [{ position, payloadJson: '1' }],
    })
  })
})

describe.skipIf(!hasRedis())('redisBroker', () => {
  test.each([
    [{ prefix: 'a{b' }, 'prefix: no braces and no spaces'],
    [{ prefix: 'a b' }, 'prefix: no braces and no spaces'],
    [{ timeoutMs: 0 }, 'redisBroker: timeoutMs is 1 or more'],
    [{ maxPending: Number.NaN }, 'redisBroker: maxPending is 1 or more'],
    [{ dedupeWindowMs: -1 }, 'redisBroker: dedupeWindowMs is 1 or more'],
    [{ positionTtlMs: 0.5 }, 'redisBroker: positionTtlMs is 1 or more'],
  ])('takes no %o', (options, message) => {
    expect(() => redisBroker(brokenClient, options)).toThrow(new TypeError(message))
  })

  test('takes no client of a cluster', () => {
    expect(() => redisBroker({ ...brokenClient, isCluster: true })).toThrow(TypeError)
  })
})

const brokenClient = {
  options: {},
  duplicate(): never {
    throw new Error('a connection was made')
  },
}

function payload(count: number): { readonly payloadJson: string } {
  return { payloadJson: String(count) }
}

function waitMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function longestTtl(key: string): number {
  if (key.includes(':key:')) return 5 * 60_000
  return key.endsWith(':log') ? roomy.maxAgeMs + 1_000 : 30 * day
}

/** A page without what differs from life to life. */
function withoutLife({ events, topOffset, trimmedOffset }: Awaited<ReturnType<Broker['read']>>) {
  const kept = events.map(({ position, payloadJson }) => [position?.offset, payloadJson])
  return { topOffset, trimmedOffset, kept }
}
