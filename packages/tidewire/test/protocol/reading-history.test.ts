import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import { startServer, type TestServer } from '../support/start-server.ts'

const channels = {
  ...openChannels,
  'long:{name}': { subscribe: 'anyone', history: { size: 2_000 } },
} as const

let server: TestServer
beforeAll(async () => {
  server = await startServer({ channels })
  for (let payload = 1; payload <= 10; payload += 1) await server.tide.publish('log:ten', payload)
  for (let payload = 1; payload <= 5; payload += 1) await server.tide.publish('short:five', payload)
  for (let payload = 1; payload <= 1_200; payload += 1) await server.tide.publish('long:a', payload)
})
afterAll(() => server[Symbol.asyncDispose]())

/** The offsets a history request is answered with. */
async function offsetsOf(client: RawClient, fields: object): Promise<readonly unknown[]> {
  client.send({ type: 'history', id: 1, ...fields })
  const { events = [] } = await client.next('ack')
  return events.map(({ offset }) => offset)
}

/** PROTOCOL.md P-025. */
describe('reading history', () => {
  test('P-025 the ack carries the newest position and events as they were delivered', async () => {
    const before = Date.now()
    await using client = await connectRaw(server.url)
    await server.tide.publish('log:one', { text: 'hello' })
    const ack = await client.ask({ type: 'history', id: 'h', channel: 'log:one' })
    expect(ack).toEqual({
      type: 'ack',
      id: 'h',
      channel: 'log:one',
      position: { epoch: expect.any(String), offset: 1 },
      events: [{ offset: 1, payload: { text: 'hello' }, time: expect.any(Number) }],
    })
    const time = ack.type === 'ack' ? (ack.events?.[0]?.time ?? 0) : 0
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(Date.now())
  })

  test.each([
    ['nothing: all that is kept', {}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ['limit: the newest', { limit: 3 }, [8, 9, 10]],
    ['limit 0: none', { limit: 0 }, []],
    ['after: the oldest that follow', { after: 4, limit: 2 }, [5, 6]],
    ['after the newest: none', { after: 10 }, []],
    ['after what was never given out: none', { after: 99 }, []],
    ['before: the newest of those', { before: 4 }, [1, 2, 3]],
    ['before and limit', { before: 8, limit: 2 }, [6, 7]],
    ['before the first: none', { before: 1 }, []],
    ['before 0: none', { before: 0 }, []],
    ['both: what lies between', { after: 2, before: 6 }, [3, 4, 5]],
    ['both, the wrong way round: none', { after: 6, before: 2 }, []],
  ])('P-025 with %s', async (_, fields, expected) => {
    await using client = await connectRaw(server.url)
    expect(await offsetsOf(client, { channel: 'log:ten', ...fields })).toEqual(expected)
  })

  test('P-025 what is not kept any more is left out', async () => {
    await using client = await connectRaw(server.url)
    expect(await offsetsOf(client, { channel: 'short:five', after: 0 })).toEqual([3, 4, 5])
    expect(await offsetsOf(client, { channel: 'short:five', before: 3 })).toEqual([])
  })

  test('P-025 100 events unless limit says otherwise, 1,000 at most', async () => {
    await using client = await connectRaw(server.url)
    const few = await offsetsOf(client, { channel: 'long:a' })
    expect([few.length, few[0], few.at(-1)]).toEqual([100, 1_101, 1_200])
    const many = await offsetsOf(client, { channel: 'long:a', after: 0, limit: 5_000 })
    expect([many.length, many[0], many.at(-1)]).toEqual([1_000, 1, 1_000])
  })

  test('P-025 a channel nobody has published to is empty', async () => {
    await using client = await connectRaw(server.url)
    const ack = await client.ask({ type: 'history', id: 1, channel: 'log:nobody' })
    expect(ack).toMatchObject({ position: { offset: 0 }, events: [] })
  })

  test('P-025 needs no subscription and makes none', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'history', id: 1, channel: 'log:none' })
    await server.tide.publish('log:none', 1)
    await client.expectSilence()
  })

  test.each([
    ['a channel that keeps none', 'room:a', 'NO_HISTORY'],
    ['a channel one may not subscribe to', 'members:a', 'FORBIDDEN'],
    ['a channel for the server alone', 'secret', 'FORBIDDEN'],
    ['a channel nothing is declared for', 'unheard:of', 'FORBIDDEN'],
  ])('P-025 of %s: the error says so', async (_, channel, code) => {
    await using client = await connectRaw(server.url)
    expect(await client.ask({ type: 'history', id: 1, channel })).toMatchObject({ id: 1, code })
  })

  test.each([{ after: -1 }, { before: 1.5 }, { limit: '10' }, { after: null }])(
    'P-025 with %j: INVALID_FRAME',
    async (bounds) => {
      await using client = await connectRaw(server.url)
      const answer = await client.ask({ type: 'history', id: 1, channel: 'log:ten', ...bounds })
      expect(answer).toMatchObject({ id: 1, code: 'INVALID_FRAME' })
    },
  )
})
