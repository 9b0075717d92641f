import { describe, expect, test } from 'vitest'
import { startRedisNode } from '../support/redis-node.ts'
import { hasRedis, RedisServer } from '../support/redis-server.ts'
import { sendHttp } from '../support/send-http.ts'
import type { TestServer } from '../support/start-server.ts'

const hasty = { timeoutMs: 200 }
const ready = [200, { status: 'ok' }]
const readyWithoutBroker = [200, { status: 'ok', broker: 'unreachable' }]
const starting = [503, { status: 'starting', broker: 'unreachable' }]

describe.skipIf(!hasRedis())('P-073 a node', () => {
  test('that has not reached its broker yet lives and is not ready', async () => {
    await using redis = await RedisServer.start()
    await redis.kill('SIGTERM')
    await using node = await startRedisNode(redis, hasty)
    expect(await ask(node, '/ready')).toEqual(starting)
    expect(await ask(node, '/health')).toEqual([200, { status: 'ok' }])
    expect(node.tide.metrics()).toContain('tidewire_broker_reachable 0')
    await redis.start()
    await expect.poll(() => ask(node, '/ready'), { timeout: 8_000 }).toEqual(ready)
    expect(node.tide.metrics()).toContain('tidewire_broker_reachable 1')
  })

  test.each<[string, (redis: RedisServer) => unknown, (redis: RedisServer) => unknown]>([
    ['dies', (redis) => redis.kill('SIGKILL'), (redis) => redis.start()],
    ['hangs', (redis) => redis.pause(), (redis) => redis.resume()],
  ])('whose broker %s stays ready, and says so', async (_, lose, giveBack) => {
    await using redis = await RedisServer.start()
    await using node = await startRedisNode(redis, hasty)
    await expect.poll(() => ask(node, '/ready'), { timeout: 8_000 }).toEqual(ready)
    await lose(redis)
    await expect.poll(() => ask(node, '/ready'), { timeout: 8_000 }).toEqual(readyWithoutBroker)
    expect(node.tide.metrics()).toContain('tidewire_broker_reachable 0')
    await giveBack(redis)
    await expect.poll(() => ask(node, '/ready'), { timeout: 8_000 }).toEqual(ready)
  })

  test('that leaves is not ready, whatever its broker does', async () => {
    await using redis = await RedisServer.start()
    await redis.kill('SIGTERM')
    await using node = await startRedisNode(redis, hasty)
    await node.tide.drain({ overMs: 0, graceMs: 0 })
    expect(await ask(node, '/ready')).toEqual([503, { status: 'draining' }])
  })
})

async function ask({ port }: TestServer, path: string): Promise<readonly [number, unknown]> {
  const reply = await sendHttp(port, path)
  return [reply.status, reply.json()]
}
