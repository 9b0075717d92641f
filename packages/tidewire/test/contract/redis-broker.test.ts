import { afterAll, beforeAll, describe, it } from 'vitest'
import { redisBroker } from '../../src/brokers/redis.ts'
import type { Broker } from '../../src/core/ports/broker.ts'
import { type BrokerUnderTest, brokerContract } from '../../src/testing/index.ts'
import { hasRedis, RedisServer } from '../support/redis-server.ts'

let server: RedisServer

describe.skipIf(!hasRedis())('redisBroker', () => {
  beforeAll(async () => {
    server = await RedisServer.start()
  })

  afterAll(() => server[Symbol.asyncDispose]())

  for (const { name, run } of brokerContract(makeRedisBroker)) it(name, run)
})

async function makeRedisBroker(): Promise<BrokerUnderTest> {
  const client = server.client()
  await client.flushall()
  const dedupeWindowMs = 3_000
  const brokers: Broker[] = []
  const make = (): Broker => {
    const broker = redisBroker(client, { dedupeWindowMs })
    brokers.push(broker)
    return broker
  }
  return {
    broker: make(),
    otherNode: make(),
    dedupeWindowMs,
    passTime: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async interrupt() {
      await client.call('CLIENT', ['KILL', 'TYPE', 'pubsub'])
    },
    async loseLogs() {
      await client.flushall()
      return make()
    },
    async [Symbol.asyncDispose]() {
      for (const broker of brokers) await broker.close()
    },
  }
}
