import { describe, expect, test } from 'vitest'
import { type RedisBrokerOptions, redisBroker } from '../../src/brokers/redis.ts'
import { BrokerUnavailable } from '../../src/core/ports/broker.ts'
import { HeldAnswers } from '../support/held-answers.ts'
import { connectRaw } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { numbers, startReader, startRedisNode } from '../support/redis-node.ts'
import { hasRedis, RedisServer } from '../support/redis-server.ts'
import type { TestServer } from '../support/start-server.ts'
import { until } from '../support/until.ts'

const channel = 'log:a'
const hasty: RedisBrokerOptions = { timeoutMs: 500 }

describe.skipIf(!hasRedis())('a node whose Redis', () => {
  test('cuts its deliveries loses nothing and tells nobody', async () => {
    await using redis = await RedisServer.start()
    await using writer = await startRedisNode(redis)
    await using node = await startRedisNode(redis)
    await using reader = await startReader(node, channel)
    const client = redis.client()
    let published = 0
    for (let cuts = 0; cuts < 6; cuts += 1) {
      await expect.poll(() => client.pubsub('NUMSUB', 'tidewire:{log:a}')).toContain(1)
      expect(await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(1)
      const unseen = numbers(published + 1, published + 100)
      published += unseen.length
      await Promise.all(unseen.map((count) => writer.tide.publish(channel, count)))
      // Nothing is published any more, so no hole shows: it must come by itself.
      await until(() => reader.offsets.length >= published)
    }
    expect(reader.payloads).toEqual(numbers(1, published))
    expect(reader.gaps).toEqual([])
  })

  test('is emptied begins a new epoch, at once, and is told of', async () => {
    await using redis = await RedisServer.start()
    await using node = await startRedisNode(redis)
    await using reader = await startReader(node, channel)
    const before = await node.tide.publish(channel, 'before')
    await until(() => reader.payloads.length === 1)
    await redis.client().flushall()
    const after = await node.tide.publish(channel, 'after')
    await until(() => reader.payloads.length === 2)
    expect(after.position?.epoch).not.toBe(before.position?.epoch)
    expect(reader.payloads).toEqual(['before', 'after'])
    expect(reader.gaps).toMatchObject([{ reason: 'EPOCH_CHANGED' }])
    await using late = await connectRaw(node.url)
    const since = before.position
    const answer = await late.ask({ type: 'subscribe', id: 1, channel, since })
    expect(answer).toMatchObject({ recovered: false, reason: 'EPOCH_CHANGED' })
  })

  test('dies under load and has kept nothing tells a new epoch and goes on', async () => {
    await using redis = await RedisServer.start()
    await using node = await startRedisNode(redis, hasty)
    await using reader = await startReader(node, channel)
    const acked = await publishThrough(node, () => crash(redis))
    await until(() => reader.payloads.includes('end'))
    expect(reader.gaps).toMatchObject([{ reason: 'EPOCH_CHANGED' }])
    expect(new Set(acked.map(({ epoch }) => epoch)).size).toBe(2)
    expect(new Set(reader.payloads).size).toBe(reader.payloads.length)
  })

  test('dies under load and has kept everything loses nothing that was acknowledged', async () => {
    await using redis = await RedisServer.start({ appendOnly: true })
    await using node = await startRedisNode(redis, { ...hasty, trustRestarts: true })
    await using reader = await startReader(node, channel)
    const acked = await publishThrough(node, () => crash(redis))
    await until(() => reader.payloads.includes('end'))
    expect(reader.offsets).toEqual(numbers(1, reader.offsets.length))
    expect(reader.gaps).toEqual([])
    for (const { payload } of acked) expect(reader.payloads).toContain(payload)
    expect(new Set(acked.map(({ epoch }) => epoch)).size).toBe(1)
  })

  test('was restarted, whatever it has kept, has a new epoch and its history', async () => {
    await using redis = await RedisServer.start({ appendOnly: true })
    await using node = await startRedisNode(redis)
    for (const count of numbers(1, 5)) await node.tide.publish(channel, count)
    await using client = await connectRaw(node.url)
    const first = await client.ask({ type: 'history', id: 1, channel })
    await redis.kill('SIGTERM')
    await redis.start()
    const then = await client.ask({ type: 'history', id: 2, channel })
    if (first.type !== 'ack' || then.type !== 'ack') throw new Error('history was refused')
    expect(then.events).toEqual(first.events)
    expect(then.position?.offset).toBe(5)
    expect(then.position?.epoch).not.toBe(first.position?.epoch)
  })

  test('hangs answers BROKER_UNAVAILABLE within its time, and heals', async () => {
    await using redis = await RedisServer.start()
    await using node = await startRedisNode(redis, hasty)
    await using reader = await startReader(node, channel)
    await using client = await connectRaw(node.url)
    await node.tide.publish(channel, 'before')
    redis.pause()
    const began = performance.now()
    const publish = { type: 'publish', id: 1, channel, payload: 'hung', key: 'k' }
    expect(await client.ask(publish)).toMatchObject({ code: 'BROKER_UNAVAILABLE', id: 1 })
    const history = { type: 'history', id: 2, channel }
    expect(await client.ask(history)).toMatchObject({ code: 'BROKER_UNAVAILABLE', id: 2 })
    const subscribe = { type: 'subscribe', id: 3, channel: 'log:b' }
    expect(await client.ask(subscribe)).toMatchObject({ code: 'BROKER_UNAVAILABLE', id: 3 })
    expect(performance.now() - began).toBeLessThan(5_000)
    redis.resume()
    await untilHealed(node)
    expect(await client.ask({ ...publish, id: 4 })).toMatchObject({ type: 'ack', id: 4 })
    await until(() => reader.payloads.includes('hung') && reader.payloads.includes('healed'))
    expect(reader.payloads.filter((payload) => payload === 'hung')).toHaveLength(1)
    expect(reader.offsets).toEqual(numbers(1, reader.offsets.length))
    expect(reader.gaps).toEqual([])
  })

  test('is not there yet is waited for, and no longer than it should be', async () => {
    await using redis = await RedisServer.start()
    await redis.kill('SIGTERM')
    const { logger, lines } = recordingLogger()
    await using node = await startRedisNode(redis, { ...hasty, logger })
    await expect(node.tide.publish(channel, 1)).rejects.toThrow(BrokerUnavailable)
    await using client = await connectRaw(node.url)
    client.send({ type: 'subscribe', id: 1, channel })
    await redis.start()
    await untilHealed(node)
    expect(await client.next()).toMatchObject({ id: 1 })
    expect(lines.filter((line) => line.includes('cannot be reached'))).toHaveLength(2)
    await until(() => lines.filter((line) => line.includes('again')).length === 2)
  })

  test('is full refuses whole events, and says so', async () => {
    await using redis = await RedisServer.start()
    await using node = await startRedisNode(redis)
    const client = redis.client()
    await node.tide.publish(channel, 'fits', { key: 'k0' })
    const names = async () => (await client.keys('*')).sort()
    const before = await names()
    await client.config('SET', 'maxmemory', '1')
    const refused = node.tide.publish(channel, 'secret payload', { key: 'k1' })
    const error = await refused.then(
      () => null,
      (cause: unknown) => cause,
    )
    expect(error).toBeInstanceOf(BrokerUnavailable)
    expect(String(error)).toContain('OOM')
    expect(JSON.stringify((error as Error).cause)).not.toContain('secret payload')
    await client.config('SET', 'maxmemory', '0')
    expect(await names()).toEqual(before)
    const { position } = await node.tide.publish(channel, 'next', { key: 'k1' })
    expect(position?.offset).toBe(2)
  })

  test('has no such database is out of reach, and its other databases stay as they are', async () => {
    await using redis = await RedisServer.start()
    const { logger, lines } = recordingLogger()
    const broker = redisBroker(redis.client({ db: 99 }), { ...hasty, logger })
    const event = { payloadJson: '1' }
    await expect(broker.publish(channel, event, null)).rejects.toThrow(BrokerUnavailable)
    expect(lines.join()).toContain('DB index is out of range')
    expect(lines.join()).not.toContain('again for publishing')
    await broker.close()
    const right = redisBroker(redis.client({ db: 3 }))
    await right.publish(channel, { ...event, key: 'k' }, null)
    expect(await redis.client().dbsize()).toBe(0)
    expect(await redis.client({ db: 3 }).dbsize()).toBe(1)
    await right.close()
  })

  test('forgot its scripts is told them again', async () => {
    await using redis = await RedisServer.start()
    await using node = await startRedisNode(redis)
    await node.tide.publish(channel, 1)
    await redis.client().call('SCRIPT', 'FLUSH')
    expect(await node.tide.publish(channel, 2)).toMatchObject({ position: { offset: 2 } })
  })

  test('forgot its scripts numbers in order what was on its way', async () => {
    await using redis = await RedisServer.start()
    const answers = new HeldAnswers()
    const broker = redisBroker(answers.behind(redis.client()))
    const history = { maxEntries: 10, maxBytes: 1_000, maxAgeMs: 60_000 }
    const publish = (count: number) =>
      broker.publish(channel, { payloadJson: String(count) }, history)
    await publish(1)
    await redis.client().call('SCRIPT', 'FLUSH')
    const isRefused = answers.holdBehind('NOSCRIPT')
    const unanswered = [publish(2), publish(3)]
    await isRefused
    // That of the third is still on its way.
    unanswered.push(publish(4))
    answers.release()
    const published = await Promise.all(unanswered)
    expect(published.map(({ position }) => position?.offset)).toEqual([2, 3, 4])
    await broker.close()
  })

  test('has as many calls to answer as may wait is asked no more', async () => {
    await using redis = await RedisServer.start()
    const broker = redisBroker(redis.client(), { maxPending: 10, timeoutMs: 60_000 })
    await broker.publish('a', { payloadJson: '0' }, null)
    redis.pause()
    const waiting = numbers(1, 10).map((count) =>
      broker.publish('a', { payloadJson: String(count) }, null),
    )
    const ended = Promise.allSettled(waiting)
    await expect(broker.publish('a', { payloadJson: '11' }, null)).rejects.toThrow('10 calls')
    await broker.close()
    const outcomes = (await ended).map((outcome) => 'reason' in outcome && outcome.reason.name)
    expect(new Set(outcomes)).toEqual(new Set(['BrokerUnavailable']))
  })
})

interface Acked {
  readonly payload: number
  readonly epoch: string | undefined
}

/** Publishes without a pause while something happens, then until it works again, and one event more. */
async function publishThrough(node: TestServer, disturb: () => Promise<void>): Promise<Acked[]> {
  const acked: Acked[] = []
  let count = 0
  const publish = async (): Promise<void> => {
    count += 1
    const payload = count
    const key = String(payload)
    const { position } = await node.tide.publish(channel, payload, { key })
    acked.push({ payload, epoch: position?.epoch })
  }
  let isOver = false
  const load = (async () => {
    while (!isOver) await publish().catch(() => undefined)
  })()
  await until(() => count > 200)
  await disturb()
  const before = acked.length
  await until(() => acked.length > before + 200)
  isOver = true
  await load
  await node.tide.publish(channel, 'end')
  return acked
}

async function crash(redis: RedisServer): Promise<void> {
  await redis.kill('SIGKILL')
  await redis.start()
}

async function untilHealed(node: TestServer): Promise<void> {
  for (;;) {
    try {
      await node.tide.publish(channel, 'healed', { key: 'healed' })
      return
    } catch (cause) {
      if (!(cause instanceof BrokerUnavailable)) throw cause
    }
  }
}
