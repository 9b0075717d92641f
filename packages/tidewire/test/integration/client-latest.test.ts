import { describe, expect, test } from 'vitest'
import { type LatestValue, latestValue } from '../../src/client/node.ts'
import { deferred } from '../support/deferred.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { startServer } from '../support/start-server.ts'
import { connectOver, ways } from '../support/ways.ts'

const channels = {
  state: { subscribe: 'anyone', delivery: 'latest' },
  prices: {
    subscribe: 'anyone',
    delivery: 'latest',
    conflateKey: 'symbol',
    history: { size: 100 },
  },
} as const

/** Settles when the value is what it is waited for. */
async function becoming<TValue>(
  store: LatestValue<TValue>,
  isThere: (value: TValue) => boolean,
): Promise<TValue> {
  const { promise, resolve } = deferred<void>()
  const check = () => {
    if (isThere(store.get())) resolve()
  }
  const takeAway = store.subscribe(check)
  check()
  await promise
  takeAway()
  return store.get()
}

/** What tells prices apart. */
function symbolOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'symbol' in payload
    ? payload.symbol
    : undefined
}

describe.each(ways)('P-033 the newest value, over %s', (way) => {
  test('is there with the subscription, and follows', async () => {
    await using server = await startServer({ channels })
    for (const n of [1, 2, 3]) await server.tide.publish('state', n)
    await using client = connectOver(way, server.url)
    const store = latestValue(client.channel('state'))
    const first = deferred<unknown>()
    store.subscribe(() => first.resolve(store.get()))
    expect(await first.promise).toBe(3)
    await server.tide.publish('state', 4)
    expect(await becoming(store, (value) => value === 4)).toBe(4)
  })

  test('of each key comes first, and what changed during a break after it', async () => {
    await using server = await startServer({ channels })
    await using proxy = await startLossyProxy(server.port)
    const publish = (symbol: string, price: number) =>
      server.tide.publish('prices', { symbol, price })
    await publish('ACME', 1)
    await publish('INIT', 1)
    await publish('ACME', 2)
    const errors: unknown[] = []
    await using client = connectOver(way, proxy.url, { minDelayMs: 1, maxDelayMs: 20 })
    client.on('error', (error) => errors.push(error))
    const store = latestValue(client.channel('prices'), { keyOf: symbolOf })
    await becoming(store, ({ size }) => size === 2)
    expect(store.get()).toEqual(
      new Map([
        ['INIT', { symbol: 'INIT', price: 1 }],
        ['ACME', { symbol: 'ACME', price: 2 }],
      ]),
    )
    const lost = proxy.silence('server')
    await publish('INIT', 2)
    await lost
    proxy.cut()
    await publish('ACME', 3)
    await becoming(store, (values) => JSON.stringify([...values]).includes('"price":3'))
    expect([...store.get().values()]).toEqual([
      { symbol: 'INIT', price: 2 },
      { symbol: 'ACME', price: 3 },
    ])
    expect(errors).toEqual([])
  })
})
