import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createBus } from './bus.ts'
import { classify } from './classify.ts'
import { enrich } from './enrich/enriched-event.ts'
import { startPublishing } from './publish.ts'
import { AttackTally } from './stats.ts'

const attack = 'Dec 10 06:55:48 lab sshd[1]: Failed password for a from 1.2.3.4 port 5 ssh2'

function anEvent() {
  const result = classify(attack, { receivedAt: 0, demo: false })
  if (result.kind !== 'event') throw new Error(result.kind)
  return enrich(result.event, () => null)
}

function start(publish: (channel: string, payload: unknown) => Promise<unknown>) {
  const bus = createBus()
  const tally = new AttackTally(() => 0)
  const lines = { received: 0, parsed: 0, unparsed: 0, filtered: 0, dropped: 0 }
  const errors: unknown[] = []
  const stop = startPublishing({
    bus,
    channels: { publish },
    snapshot: () => tally.snapshot({ lines, lastLineAt: null, feed: 'silent' }),
    sources: () => ({ at: 0, sources: [], more: 0 }),
    onError: (error) => errors.push(error),
  })
  return { bus, stop, errors }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('publishes every event whole and redacted, figures and sources at once and in time', () => {
  const published: [string, unknown][] = []
  const { bus, stop } = start(async (channel, payload) => published.push([channel, payload]))
  bus.emit('enriched', anEvent())
  vi.advanceTimersByTime(2000)
  expect(published.map(([channel]) => channel)).toEqual([
    'stats',
    'sources',
    'attacks:public',
    'attacks:operator',
    'stats',
    'stats',
    'sources',
  ])
  const withAddress = published.filter(([, payload]) => JSON.stringify(payload).includes('1.2.3.4'))
  expect(withAddress.map(([channel]) => channel)).toEqual(['attacks:operator'])
  stop()
})

it('publishes nothing once it is stopped', () => {
  const published: string[] = []
  const { bus, stop } = start(async (channel) => published.push(channel))
  stop()
  bus.emit('enriched', anEvent())
  vi.advanceTimersByTime(5000)
  expect(published).toEqual(['stats', 'sources'])
})

it('tells of a publish that failed and goes on', async () => {
  const { bus, stop, errors } = start(() => Promise.reject(new Error('broker')))
  bus.emit('enriched', anEvent())
  await vi.advanceTimersByTimeAsync(1000)
  // Two for the event, figures twice, sources once.
  expect(errors).toHaveLength(5)
  stop()
})
