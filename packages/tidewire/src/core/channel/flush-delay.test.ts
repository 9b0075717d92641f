import { expect, it } from 'vitest'
import { VirtualHub } from '../../../test/support/virtual-hub.ts'
import type { ChannelOptions } from './options.ts'
import { ChannelRules } from './rules.ts'

it('is that of the oldest event of a flush, and begins anew with the next', async () => {
  const { clock, hub } = await readHub({ windowMs: 40 })
  const { flushDelaySeconds } = hub.counters
  await hub.publish('a', 1)
  await clock.advance(30)
  await hub.publish('a', 2)
  await clock.advance(10)
  expect(countOf(flushDelaySeconds)).toBe(1)
  expect(flushDelaySeconds.sum).toBeCloseTo(0.04)
  await clock.advance(500)
  await hub.publish('a', 3)
  await clock.advance(40)
  expect(countOf(flushDelaySeconds)).toBe(2)
  expect(flushDelaySeconds.sum).toBeCloseTo(0.08)
})

it('is nothing where the pump is idle', async () => {
  const { clock, hub } = await readHub({})
  await clock.advance(500)
  await hub.publish('a', 1)
  await clock.advance(0)
  expect(hub.counters.flushDelaySeconds).toMatchObject({ sum: 0 })
  expect(countOf(hub.counters.flushDelaySeconds)).toBe(1)
})

it('is not told of events that nobody in step has waited for', async () => {
  const virtual = new VirtualHub({ rules: new ChannelRules({ a: { subscribe: 'anyone' } }) })
  await virtual.hub.publish('a', 1)
  await virtual.clock.advance(100)
  expect(countOf(virtual.hub.counters.flushDelaySeconds)).toBe(0)
})

async function readHub(options: ChannelOptions): Promise<VirtualHub> {
  const rules = new ChannelRules({ a: { subscribe: 'anyone', ...options } })
  const virtual = new VirtualHub({ rules })
  await virtual.connect().ask({ type: 'subscribe', id: 1, channel: 'a' })
  return virtual
}

function countOf({ counts }: { readonly counts: readonly number[] }): number {
  return counts.reduce((sum, one) => sum + one, 0)
}
