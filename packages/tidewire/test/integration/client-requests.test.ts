import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { method } from '../../src/node/index.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { startServer } from '../support/start-server.ts'
import { connectOver, ways } from '../support/ways.ts'

const sum = method({
  input: z.object({ a: z.number(), b: z.number() }),
  access: 'anyone',
  handle: ({ a, b }) => a + b,
})

describe.each(ways)('P-024 a call of the client, over %s', (way) => {
  test('is answered, and refused with the code of the server', async () => {
    const fails = method({
      access: 'anyone',
      handle: () => {
        throw new Error('secret')
      },
    })
    const nothing = method({ access: 'anyone', handle: () => undefined })
    const mine = method({ handle: () => 'mine' })
    await using server = await startServer({ methods: { sum, fails, nothing, mine } })
    await using client = connectOver(way, server.url)
    expect(await client.call('sum', { a: 1, b: 2 })).toBe(3)
    expect(await client.call('nothing')).toBeNull()
    await expect(client.call('sum', { a: '1' })).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' })
    await expect(client.call('mine')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(client.call('toString')).rejects.toMatchObject({ code: 'UNKNOWN_METHOD' })
    await expect(client.call('fails')).rejects.toMatchObject({
      code: 'HANDLER_FAILED',
      message: expect.not.stringContaining('secret'),
    })
  })

  test('is not made twice when the connection breaks before the answer', async () => {
    let runs = 0
    const count = method({ access: 'anyone', handle: () => ++runs })
    await using server = await startServer({ methods: { count } })
    await using proxy = await startLossyProxy(server.port)
    await using client = connectOver(way, proxy.url, { minDelayMs: 1, maxDelayMs: 20 })
    expect(await client.call('count')).toBe(1)
    const answerLost = proxy.silence('server')
    const called = client.call('count')
    const rejection = expect(called).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await answerLost
    proxy.cut()
    await rejection
    expect(await client.call('count')).toBe(3)
  })
})

test.each(ways)('P-050 a payload that nests too deep costs no other, over %s', async (way) => {
  await using server = await startServer()
  await using client = connectOver(way, server.url)
  const deep = JSON.parse(`${'['.repeat(32)}${']'.repeat(32)}`)
  // Made before it is connected, they leave together.
  const published = [1, deep, 2].map((payload) => client.channel('log:a').publish(payload))
  expect(await Promise.allSettled(published)).toMatchObject([
    { value: { position: { offset: 1 } } },
    { reason: { code: 'INVALID_FRAME' } },
    { value: { position: { offset: 2 } } },
  ])
})

test.each(ways)('P-023 a publish without a payload is refused, over %s', async (way) => {
  await using server = await startServer()
  await using client = connectOver(way, server.url)
  const published = client.channel('log:a').publish(undefined)
  await expect(published).rejects.toMatchObject({ code: 'INVALID_FRAME' })
})

describe.each(ways)('P-025 the history of a channel, over %s', (way) => {
  test('is read by pages, without a subscription', async () => {
    await using server = await startServer()
    await using client = connectOver(way, server.url)
    const channel = client.channel('log:a')
    for (const n of [1, 2, 3, 4, 5]) await channel.publish(n)
    const newest = await channel.history({ limit: 2 })
    expect(newest.events.map(({ payload }) => payload)).toEqual([4, 5])
    expect(newest.position).toMatchObject({ offset: 5 })
    const before = await channel.history({ before: newest.events[0]?.offset, limit: 2 })
    expect(before.events.map(({ payload }) => payload)).toEqual([2, 3])
    const after = await channel.history({ after: 1, before: 4 })
    expect(after.events).toMatchObject([
      { channel: 'log:a', offset: 2, payload: 2 },
      { channel: 'log:a', offset: 3, payload: 3 },
    ])
  })

  test('is not there where nothing is kept, or nobody may read', async () => {
    await using server = await startServer()
    await using client = connectOver(way, server.url)
    const codes = { 'room:a': 'NO_HISTORY', secret: 'FORBIDDEN' }
    for (const [name, code] of Object.entries(codes)) {
      await expect(client.channel(name).history()).rejects.toMatchObject({ code })
    }
  })
})
