import { SpanKind } from '@opentelemetry/api'
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base'
import { beforeEach, describe, expect, test } from 'vitest'
import { MemoryBroker } from '../../src/brokers/memory.ts'
import type { BrokerEvent } from '../../src/core/ports/broker.ts'
import { maxLinks } from '../../src/core/tracing.ts'
import { randomId, systemClock } from '../../src/node/system.ts'
import { connectRaw } from '../support/raw-client.ts'
import { RecordedSpans } from '../support/recorded-spans.ts'
import { SharedBroker } from '../support/shared-broker.ts'
import { startServer } from '../support/start-server.ts'
import { until } from '../support/until.ts'

let spans: RecordedSpans

beforeEach(() => {
  spans = new RecordedSpans()
})

const publish = { type: 'publish', id: 9, channel: 'log:a', payload: 'news' }

const history = { type: 'history', id: 4, channel: 'log:a' }

describe('a delivery', () => {
  test('is one span a flush, linked to its publishes, however many read', async () => {
    const channels = {
      'log:{name}': { subscribe: 'anyone', publish: 'anyone', windowMs: 30 },
    } as const
    await using server = await startServer({ tracing: spans.tracer, channels })
    await using one = await connectRaw(server.url)
    await using two = await connectRaw(server.url)
    for (const client of [one, two])
      await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    for (let n = 0; n < 3; n += 1) one.send({ ...publish, id: undefined })
    expect(await two.next()).toMatchObject({ type: 'batch', count: 3 })
    const delivered = await spans.one('deliver log:{name}')
    expect(delivered.kind).toBe(SpanKind.CONSUMER)
    expect(delivered.attributes).toEqual({
      'messaging.system': 'tidewire',
      'messaging.operation.name': 'deliver',
      'messaging.operation.type': 'process',
      'messaging.destination.template': 'log:{name}',
      'messaging.batch.message_count': 3,
      'tidewire.readers': 2,
    })
    const published = spans.named('publish log:{name}').map((span) => idsOf(span.spanContext()))
    expect(delivered.links.map((link) => idsOf(link.context))).toEqual(published)
    await server.tide.publish('log:a', 'later')
    await two.next()
    await until(() => spans.named('deliver log:{name}').length === 2)
    expect(spans.named('deliver log:{name}')[1]?.links).toHaveLength(1)
  })

  test('is linked to so many publishes and no more', async () => {
    const channels = { log: { subscribe: 'anyone', windowMs: 60_000, maxEvents: 100 } } as const
    await using server = await startServer({ tracing: spans.tracer, channels })
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log' })
    for (let n = 0; n < 100; n += 1) await server.tide.publish('log', n)
    const delivered = await spans.one('deliver log')
    expect(delivered.links).toHaveLength(maxLinks)
    expect(delivered.attributes['messaging.batch.message_count']).toBe(100)
  })

  test('that reaches nobody is none, and leaves nothing to the next', async () => {
    await using server = await startServer({ tracing: spans.tracer })
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    await client.ask({ ...publish, echo: false })
    await client.ask({ type: 'unsubscribe', id: 2, channel: 'log:a' })
    await server.tide.publish('log:a', 1)
    await client.expectSilence()
    const before = spans.named('deliver log:{name}').length
    await client.ask({ type: 'subscribe', id: 3, channel: 'log:a' })
    await server.tide.publish('log:a', 2)
    await until(() => spans.named('deliver log:{name}').length === before + 1)
    expect(spans.named('deliver log:{name}').at(-1)?.links).toHaveLength(1)
  })

  test('on another node is linked to the publish, by way of the broker', async () => {
    const shared = new SharedBroker()
    const elsewhere = new RecordedSpans()
    await using near = await startServer({ tracing: spans.tracer, broker: shared.forNode() })
    await using far = await startServer({ tracing: elsewhere.tracer, broker: shared.forNode() })
    await using reader = await connectRaw(far.url)
    await reader.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    await near.tide.publish('log:a', 1)
    const published = await spans.one('publish log:{name}')
    const delivered = await elsewhere.one('deliver log:{name}')
    expect(delivered.links).toMatchObject([
      { context: { ...idsOf(published.spanContext()), isRemote: true } },
    ])
    await shared.close()
  })

  test.each([
    'nonsense',
    '00-00000000000000000000000000000000-x-01',
    `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`,
    `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01\n`,
    `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
    `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`,
    `01-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    7,
  ])('takes nothing for a trace that is none: %j', async (foreign) => {
    const broker = new MemoryBroker({ clock: systemClock, makeId: randomId })
    const subscribe = broker.subscribe.bind(broker)
    broker.subscribe = (channel, receive, history) => {
      // What another node's broker may hand out, whatever the types say.
      const spoil = (event: BrokerEvent) => receive({ ...event, trace: foreign as string })
      return subscribe(channel, spoil, history)
    }
    await using server = await startServer({ tracing: spans.tracer, broker })
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    await server.tide.publish('log:a', 1)
    expect(await client.next()).toMatchObject({ type: 'message', payload: 1 })
    expect(spans.named('deliver log:{name}')).toHaveLength(0)
  })

  test('tells clients nothing of it', async () => {
    await using server = await startServer({ tracing: spans.tracer })
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    await server.tide.publish('log:a', 1)
    const { traceId } = (await spans.one('publish log:{name}')).spanContext()
    const seen = [await client.next('message'), await client.ask({ ...history })]
    expect(JSON.stringify(seen)).not.toContain(traceId)
    expect(JSON.stringify(seen)).not.toContain('trace')
  })
})

test('what is not sampled is delivered, and nothing is linked to it', async () => {
  spans = new RecordedSpans(new AlwaysOffSampler())
  const traces: unknown[] = []
  const broker = new MemoryBroker({ clock: systemClock, makeId: randomId })
  const publishTo = broker.publish.bind(broker)
  broker.publish = (channel, event, bounds) => {
    traces.push(event.trace)
    return publishTo(channel, event, bounds)
  }
  await using server = await startServer({ tracing: spans.tracer, broker })
  await using client = await connectRaw(server.url)
  await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
  await server.tide.publish('log:a', 1)
  expect(await client.next()).toMatchObject({ payload: 1 })
  expect([spans.all, traces]).toEqual([[], [undefined]])
})

function idsOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }) {
  return { traceId, spanId }
}
