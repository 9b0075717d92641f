import { type RedisBrokerOptions, redisBroker } from '../../src/brokers/redis.ts'
import { type ChannelEvent, type Client, connect, type Gap } from '../../src/client/node.ts'
import { noRate } from './no-rate.ts'
import type { RedisServer } from './redis-server.ts'
import { startServer, type TestServer } from './start-server.ts'

/** A channel of each kind, with room for whatever a test publishes. */
const redisChannels = {
  'log:{name}': {
    subscribe: 'anyone',
    publish: 'anyone',
    history: { size: 50_000, bytes: 50_000_000 },
  },
  'room:{name}': { subscribe: 'anyone', publish: 'anyone' },
} as const

/** A server whose broker is this Redis: one of several processes. */
export function startRedisNode(
  redis: RedisServer,
  options: RedisBrokerOptions = {},
): Promise<TestServer> {
  const broker = redisBroker(redis.client(), options)
  return startServer({ broker, channels: redisChannels, limits: noRate })
}

/** A client of the SDK that reads one channel, and everything it is told. */
export async function startReader({ url }: TestServer, channel: string): Promise<Reader> {
  const client = connect(url, { minDelayMs: 20, maxDelayMs: 50 })
  const offsets: number[] = []
  const payloads: unknown[] = []
  const gaps: Gap[] = []
  const take = ({ offset, payload }: ChannelEvent) => {
    offsets.push(offset ?? 0)
    payloads.push(payload)
  }
  const subscription = client.channel(channel).subscribe(take, { onGap: (gap) => gaps.push(gap) })
  await subscription.ready
  return {
    client,
    offsets,
    payloads,
    gaps,
    async [Symbol.asyncDispose]() {
      client.dispose()
    },
  }
}

/** A client, and what it was given. */
export interface Reader extends AsyncDisposable {
  readonly client: Client
  readonly offsets: readonly number[]
  readonly payloads: readonly unknown[]
  readonly gaps: readonly Gap[]
}

/** The whole numbers from the first to the last. */
export function numbers(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}
