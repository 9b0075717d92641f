import { describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { connectRaw } from '../support/raw-client.ts'
import { numbers, startReader, startRedisNode } from '../support/redis-node.ts'
import { hasRedis, RedisServer } from '../support/redis-server.ts'
import type { TestServer } from '../support/start-server.ts'
import { until } from '../support/until.ts'

const channel = 'log:a'

describe.skipIf(!hasRedis())('a node whose Redis has a replica', () => {
  test.each<[string, (redis: RedisServer) => Promise<unknown>]>([
    ['keeps its connections', async () => undefined],
    ['cuts its connections', (redis) => redis.client().call('CLIENT', ['KILL', 'TYPE', 'normal'])],
  ])('that was the primary for a while tells a new epoch, where Redis %s', async (_, cut) => {
    await using pair = await startPair()
    const { primary, replica } = pair
    await using node = await startRedisNode(primary)
    await using reader = await startReader(node, channel)
    for (const count of numbers(1, 8)) await node.tide.publish(channel, count)
    await untilKept(replica, 8)
    await promote(replica)
    for (const count of [9, 10]) await node.tide.publish(channel, `${count} of the first life`)
    await until(() => reader.offsets.length === 10)
    const since = { epoch: await epochOf(primary), offset: 10 }
    // Nobody publishes to the replica while it is the primary.
    await follow(primary, replica)
    await promote(primary)
    await cut(primary)
    for (const count of [9, 10, 11]) await publish(node, `${count} of the second`)
    await until(() => reader.payloads.includes('11 of the second'))
    expect(reader.payloads).toContain('9 of the second')
    expect(reader.gaps).toMatchObject([{ reason: 'EPOCH_CHANGED' }])
    await using late = await connectRaw(node.url)
    const answer = await late.ask({ type: 'subscribe', id: 1, channel, since })
    expect(answer).toMatchObject({ recovered: false, reason: 'EPOCH_CHANGED' })
  })

  test('keeps its epoch when the replica is cut and comes back, and when it is cut itself', async () => {
    await using pair = await startPair()
    const { primary, replica } = pair
    await using node = await startRedisNode(primary)
    await using reader = await startReader(node, channel)
    await node.tide.publish(channel, 1)
    const epoch = await epochOf(primary)
    for (const type of ['REPLICA', 'NORMAL']) {
      await primary.client().call('CLIENT', ['KILL', 'TYPE', type])
      await untilFollowing(replica)
      await publish(node, type)
      await until(() => reader.payloads.includes(type))
    }
    await replica.kill('SIGTERM')
    await replica.start()
    await follow(replica, primary)
    await node.tide.publish(channel, 'last')
    await until(() => reader.payloads.includes('last'))
    expect(await epochOf(primary)).toBe(epoch)
    expect(reader.gaps).toEqual([])
  })

  test('is told nothing of a promotion that is known to lose nothing', async () => {
    await using pair = await startPair()
    const { primary, replica } = pair
    await using node = await startRedisNode(primary, { trustRestarts: true })
    await node.tide.publish(channel, 1)
    const epoch = await epochOf(primary)
    await untilKept(replica, 1)
    await promote(replica)
    await using other = await startRedisNode(replica, { trustRestarts: true })
    expect(await other.tide.publish(channel, 2)).toMatchObject({ position: { epoch, offset: 2 } })
  })
})

/** Two servers, of which one follows the other at first. */
async function startPair(): Promise<Pair> {
  const settings = ['--repl-diskless-sync-delay', '0']
  const primary = await RedisServer.start({ port: await freePort(), settings })
  const replica = await RedisServer.start({ port: await freePort(), settings })
  await follow(replica, primary)
  return {
    primary,
    replica,
    async [Symbol.asyncDispose]() {
      await primary[Symbol.asyncDispose]()
      await replica[Symbol.asyncDispose]()
    },
  }
}

interface Pair extends AsyncDisposable {
  readonly primary: RedisServer
  readonly replica: RedisServer
}

/** Makes one the replica of another, and waits until it has what the other has. */
async function follow(replica: RedisServer, primary: RedisServer): Promise<void> {
  await replica.client().replicaof('127.0.0.1', primary.port)
  await untilFollowing(replica)
}

async function untilFollowing(replica: RedisServer): Promise<void> {
  const client = replica.client()
  await expect.poll(() => client.info('replication')).toContain('master_link_status:up')
}

async function promote(redis: RedisServer): Promise<void> {
  await redis.client().replicaof('NO', 'ONE')
}

/** Waits until a replica has so many events. */
async function untilKept(replica: RedisServer, count: number): Promise<void> {
  const client = replica.client()
  await expect.poll(() => client.llen('tidewire:{log:a}:log')).toBe(count)
}

/** Publishes an event once, over a connection that may be cut just now. */
async function publish({ tide }: TestServer, payload: string): Promise<void> {
  const publishing = () => tide.publish(channel, payload, { key: payload })
  await expect.poll(() => publishing().then(() => 'stored', String)).toBe('stored')
}

/** As it stands in Redis. */
async function epochOf(redis: RedisServer): Promise<string> {
  const position = await redis.client().get('tidewire:{log:a}:position')
  return position?.split(' ')[0] ?? ''
}
