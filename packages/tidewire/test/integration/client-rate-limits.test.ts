import { describe, expect, test } from 'vitest'
import { connect } from '../../src/client/node.ts'
import { method } from '../../src/node/index.ts'
import { hastyClock } from '../support/hasty-clock.ts'
import { startServer } from '../support/start-server.ts'

const hasty = hastyClock(10)

/** Ten seconds of `hasty` time are short. */
const patient = {
  clock: hasty,
  connectTimeoutMs: 2_000_000,
  publishTimeoutMs: 2_000_000,
  requestTimeoutMs: 2_000_000,
}

describe('P-060 a client with more to send than a server takes at a time', () => {
  test('publishes all of a full queue, in order and once, and has its subscriptions', async () => {
    const channels = {
      'log:{name}': { subscribe: 'anyone', publish: 'anyone', history: { size: 2_000 } },
      'room:{name}': { subscribe: 'anyone' },
    } as const
    const limits = { framesPerSecond: 1_000, frameBurst: 150 }
    await using server = await startServer({ channels, limits })
    await using client = connect(server.url, patient)
    const published = Array.from({ length: 1_024 }, (_, n) =>
      client.channel(`log:${n % 2}`).publish(n),
    )
    const subscriptions = Array.from({ length: 128 }, (_, n) =>
      client.channel(`room:${n}`).subscribe(() => undefined),
    )
    await Promise.all(subscriptions.map(({ ready }) => ready))
    const results = await Promise.all(published)
    for (const lane of [0, 1]) {
      const offsets = results.filter((_, n) => n % 2 === lane).map((result) => result.position)
      expect(offsets.map((position) => position?.offset)).toEqual(
        offsets.map((_, index) => index + 1),
      )
    }
    expect(server.tide.counters.limitsHit.framesPerSecond).toBeGreaterThan(0)
  })

  test('calls each method once', async () => {
    const calls: unknown[] = []
    const count = method({ access: 'anyone', handle: (n) => calls.push(n) })
    const limits = { framesPerSecond: 1_000, frameBurst: 50 }
    await using server = await startServer({ methods: { count }, limits })
    await using client = connect(server.url, patient)
    const numbers = Array.from({ length: 200 }, (_, n) => n)
    await Promise.all(numbers.map((n) => client.call('count', n)))
    expect(calls.toSorted((one, other) => Number(one) - Number(other))).toEqual(numbers)
  })
})
