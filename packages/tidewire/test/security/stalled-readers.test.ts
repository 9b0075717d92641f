import { describe, expect, test } from 'vitest'
import type { RawClient } from '../support/raw-client.ts'
import { besiege } from './harness/besiege.ts'
import { heldBytes, mebibyte } from './harness/memory.ts'
import { payloadsIn } from './harness/payloads-in.ts'

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
  const payload = (index: number) => ({ index, filler: 'x'.repeat(40_000) })
  const count = 1_000

  /** Subscribes and reads nothing while much is published; what is held for it is bounded. */
  async function stall(channel: string): Promise<RawClient> {
    const client = await siege.connect()
    expect(await client.ask({ type: 'subscribe', id: 1, channel })).toMatchObject({ type: 'ack' })
    client.pause()
    const before = heldBytes()
    for (let index = 1; index <= count; index += 1) {
      await siege.server.tide.publish(channel, payload(index))
      if (index % 100 === 0) await siege.witness.expectSilence()
    }
    expect(heldBytes() - before).toBeLessThan(4 * mebibyte)
    return client
  }

  /** Reads on until all is accounted for: every index that still arrives, and how many are told as missed. */
  async function readOn(client: RawClient): Promise<Account> {
    client.resume()
    const indexes: number[] = []
    let missed = 0
    while (indexes.length + missed < count && indexes.at(-1) !== count) {
      const frame = await client.next()
      if (frame.type === 'gap') missed += frame.missed ?? 0
      indexes.push(...payloadsIn(frame).map(indexOf))
    }
    return { indexes, missed }
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
    await expect.poll(() => siege.server.tide.connectionCount, { interval: 5 }).toBe(1)
    client.resume()
    expect(await client.closed()).toMatchObject({ code: 4009 })
  })

  test('row 19: who asks on and on and reads no answer is closed with 4009', async () => {
    await siege.server.tide.publish('every', payload(0))
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

interface Account {
  readonly indexes: readonly number[]
  readonly missed: number
}

function indexOf(payload: unknown): number {
  // Published above.
  return (payload as { readonly index: number }).index
}
