import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { redisBroker } from '../../src/brokers/redis.ts'
import { startPasted } from '../support/pasted-server.ts'
import { connectRaw } from '../support/raw-client.ts'
import { hasRedis, RedisServer } from '../support/redis-server.ts'

const guide = readFileSync(new URL('../../../../docs/guide/scale-out.md', import.meta.url), 'utf8')
const history = { maxEntries: 10, maxBytes: 1_000, maxAgeMs: 60_000 }

afterEach(() => vi.unstubAllEnvs())

/** docs/guide/scale-out.md promises a server that runs when pasted, twice, and rights that are enough. */
describe.skipIf(!hasRedis())('the guide to more than one server', () => {
  test('has a server that is one with its twin', async () => {
    await using redis = await RedisServer.start()
    vi.stubEnv('REDIS_URL', redis.socket)
    await using one = await startPasted('scale-out', 'server')
    await using other = await startPasted('scale-out', 'server')
    await using early = await connectRaw(one.url)
    await using late = await connectRaw(other.url)
    const subscribe = { type: 'subscribe', id: 1, channel: 'chat:lobby' }
    const mine = await early.ask(subscribe)
    const yours = await late.ask(subscribe)
    if (mine.type !== 'ack' || yours.type !== 'ack') throw new Error('a subscribe was refused')
    expect(mine.position).toMatchObject({ offset: 0 })
    expect(yours.position).toEqual(mine.position)
  })

  test('gives a broker all the rights it needs, and none beyond its prefix', async () => {
    await using redis = await RedisServer.start()
    const rule = /^user (tidewire on >(\S+) .*)$/m.exec(guide)
    const [, words = '', password = ''] = rule ?? []
    await redis.client().call('ACL', ['SETUSER', ...words.split(' ')])
    const client = redis.client({ username: 'tidewire', password })
    const broker = redisBroker(client)
    const seen: string[] = []
    await broker.subscribe('a', ({ payloadJson }) => seen.push(payloadJson), history)
    const tight = { ...history, maxEntries: 1 }
    await broker.publish('a', { payloadJson: '1', key: 'k' }, tight)
    await redis.client().call('SCRIPT', ['FLUSH'])
    await broker.publish('a', { payloadJson: '2' }, tight)
    await broker.publish('a', { payloadJson: '3', key: 'l' }, null)
    await redis.client().pexpire('tidewire:{a}:position', 1_000)
    expect(await broker.read('a', {})).toMatchObject({ topOffset: 2, trimmedOffset: 1 })
    await expect.poll(() => seen).toEqual(['1', '2', '3'])
    broker.unsubscribe('a')
    await broker.close()
    const other = redisBroker(client, { prefix: 'other:' })
    await expect(other.publish('a', { payloadJson: '1' }, history)).rejects.toThrow(
      /NOPERM|ACL|permission/,
    )
    await other.close()
    await expect(client.get('secret')).rejects.toThrow('NOPERM')
  })
})
