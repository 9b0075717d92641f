import { expect } from 'vitest'
import { connectRaw } from './raw-client.ts'

/**
 * Fails unless a client that does everything right is served: it subscribes,
 * publishes, receives and leaves.
 */
export async function expectServed(url: string): Promise<void> {
  await using client = await connectRaw(url)
  expect(await client.ask({ type: 'subscribe', id: 1, channel: 'room:health' })).toMatchObject({
    type: 'ack',
    id: 1,
  })
  client.send({ type: 'publish', id: 2, channel: 'room:health', payload: 'alive' })
  expect(await client.next('ack')).toMatchObject({ id: 2 })
  expect(await client.next('message')).toMatchObject({ payload: 'alive' })
  client.close()
  expect(await client.closed()).toMatchObject({ code: 1000 })
}
