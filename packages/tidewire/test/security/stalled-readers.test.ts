import { describe, expect, test } from 'vitest'
import { type Account, accountOf, numbered } from '../support/numbered-events.ts'
import type { RawClient } from '../support/raw-client.ts'
import { besiege } from './harness/besiege.ts'
import { heldBytes, mebibyte } from './harness/memory.ts'

const history = { size: 10 }
const siegeChannels = {
  every: { subscribe: 'anyone', history },
  plain: { subscribe: 'anyone' },
  latest: { subscribe: 'anyone', delivery: 'latest' },
  drop: { subscribe: 'anyone', delivery: 'drop', history },
  disconnect: { subscribe: 'anyone', delivery: 'disconnect', slowGraceMs: 50, history },
} as const

describe('readers that stop reading', () => {
  const siege = besiege({ channels: siegeChannels })
  // Some 40 MB: far more than a socket's buffers take.
  const count = 1_000

  /** Subscribes and reads nothing while much is published; what is held for it is bounded. */
  async function stall(channel: string): Promise<RawClient> {
    const client = await siege.connect()
    expect(await client.ask({ type: 'subscribe', id: 1, channel })).toMatchObject({ type: 'ack' })
    client.pause()
    const before = heldBytes()
    for (let index = 1; index <= count; index += 1) {
      await siege.server.tide.publish(channel, numbered(index))
      if (index % 100 === 0) await siege.witness.expectSilence()
    }
    expect(heldBytes() - before).toBeLessThan(4 * mebibyte)
    return client
  }

  /** Reads on until all is accounted for. */
  function readOn(client: RawClient): Promise<Account> {
    client.resume()
    return accountOf(count, () => client.next())
  }

  test.each(['every', 'drop', 'plain'])(
    'row 19: on a channel of kind %s, each event comes in order or is told as missed',
    async (channel) => {
      await using client = await stall(channel)
      const { indexes, missed } = await readOn(client)
      expect(indexes).toEqual([...indexes].sort((one, other) => one - other))
      expect(missed).toBeGreaterThan(0)
      expect(indexes.length + missed).toBe(count)
    },
  )

  test('row 19: on a channel that delivers the latest, the newest value comes and nothing is told', async () => {
    await using client = await stall('latest')
    const { indexes, missed } = await readOn(client)
    expect(indexes.at(-1)).toBe(count)
    expect(indexes.length).toBeLessThan(count)
    expect(missed).toBe(0)
  })

  test('row 19: on a channel that disconnects, the reader is closed with 4009', async () => {
    await using client = await stall('disconnect')
    await expect.poll(() => siege.server.tide.connectionCount).toBe(1)
    client.resume()
    expect(await client.closed()).toMatchObject({ code: 4009 })
  })

  test('row 19: who asks on and on and reads no answer is closed with 4009', async () => {
    await siege.server.tide.publish('every', numbered(0))
    await using client = await siege.connect()
    client.pause()
    const before = heldBytes()
    while (siege.server.tide.connectionCount === 2) {
      client.send({ type: 'history', id: 1, channel: 'every' })
      await siege.witness.expectSilence()
    }
    expect(heldBytes() - before).toBeLessThan(4 * mebibyte)
    client.resume()
    expect(await client.closed()).toMatchObject({ code: 4009 })
  })
})
