import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MemoryBroker } from '../../src/brokers/memory.ts'
import type { BrokerEvent } from '../../src/core/ports/broker.ts'
import { maxLinks } from '../../src/core/tracing.ts'
import { randomId, systemClock } from '../../src/node/system.ts'
import type { StandardSchema } from '../../src/protocol/standard-schema.ts'
import { HeldBroker } from '../engine/held-broker.ts'
import { openGate } from '../support/gate.ts'
import { namedUsers } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { RecordedSpans } from '../support/recorded-spans.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { SharedBroker } from '../support/shared-broker.ts'
import { startServer } from '../support/start-server.ts'
import { until } from '../support/until.ts'

let spans: RecordedSpans

beforeEach(() => {
  spans = new RecordedSpans()
})

const publish = { type: 'publish', id: 9, channel: 'log:a', payload: 'news' }

describe('a publish', () => {
  test('is a span of its pattern, whoever publishes, and tells its position', async () => {
    await using server = await startServer({ tracing: spans.tracer })
    await using client = await connectRaw(server.url)
    const ack = await client.ask(publish)
    const published = await spans.one('publish log:{name}')
    expect(published.kind).toBe(SpanKind.PRODUCER)
    expect(published.status.code).toBe(SpanStatusCode.UNSET)
    expect(published.attributes).toEqual({
      'messaging.system': 'tidewire',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.template': 'log:{name}',
      'messaging.message.id': `${epochOf(ack)}:1`,
    })
    await server.tide.publish('news', 1)
    const own = await spans.one('publish news')
    expect(own.attributes).toMatchObject({
      'messaging.destination.template': 'news',
      'messaging.destination.name': 'news',
    })
    expect(own.attributes['messaging.message.id']).toBeUndefined()
  })

  test('holds no name of a channel or a user anywhere', async () => {
    await using server = await startServer({ tracing: spans.tracer, auth: namedUsers })
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'auth', token: 'token of ada' })
    const channel = 'members:hush'
    await client.ask({ type: 'subscribe', id: 1, channel })
    await client.ask({ ...publish, channel, key: 'hush', echo: true })
    await until(() => spans.all.length === 2)
    const told = spans.all.map(({ name, attributes, events }) => ({ name, attributes, events }))
    expect(JSON.stringify(told)).not.toMatch(/hush|ada/)
  })

  test('that is a duplicate says so', async () => {
    await using server = await startServer({ tracing: spans.tracer })
    for (let times = 0; times < 2; times += 1) await server.tide.publish('log:a', 1, { key: 'k' })
    const duplicates = spans
      .named('publish log:{name}')
      .map(({ attributes }) => attributes['tidewire.duplicate'])
    expect(duplicates).toEqual([undefined, true])
  })

  test.each([
    ['that is forbidden', 'news', 'FORBIDDEN'],
    ['that does not fit the schema', 'strict', 'INVALID_PAYLOAD'],
    ['of which the schema throws', 'broken', 'RangeError'],
  ])('%s is a failed span, and delivers nothing', async (_, channel, type) => {
    const channels = {
      news: { subscribe: 'anyone' },
      strict: { publish: 'anyone', schema: schemaOf(() => ({ issues: [{ message: 'no' }] })) },
      broken: {
        publish: 'anyone',
        schema: schemaOf(() => {
          throw new RangeError('oh')
        }),
      },
    } as const
    await using server = await startServer({ tracing: spans.tracer, channels })
    await using client = await connectRaw(server.url)
    expect(await client.ask({ ...publish, channel })).toMatchObject({ type: 'error' })
    const failed = await spans.one(`publish ${channel}`)
    expect(failed.attributes['error.type']).toBe(type)
    expect(failed.status.code).toBe(SpanStatusCode.ERROR)
    expect(spans.all).toHaveLength(1)
  })

  test('that the broker does not take fails, of the server and of a client', async () => {
    const broker = new HeldBroker(new MemoryBroker({ clock: systemClock, makeId: randomId }))
    await using server = await startServer({ tracing: spans.tracer, broker })
    await using client = await connectRaw(server.url)
    broker.fail()
    await expect(server.tide.publish('log:a', 1)).rejects.toThrow('cut by the test')
    expect(await client.ask(publish)).toMatchObject({ code: 'BROKER_UNAVAILABLE' })
    const types = spans.all.map(({ attributes }) => attributes['error.type'])
    expect(types).toEqual(['BrokerUnavailable', 'BrokerUnavailable'])
  })

  test('lasts until the broker has it, and ends when its connection has ended before', async () => {
    const gate = openGate()
    const channels = {
      slow: { publish: 'anyone', canPublish: () => gate.opened.then(() => true) },
    } as const
    await using server = await startServer({ tracing: spans.tracer, channels })
    await using client = await connectRaw(server.url)
    client.send({ ...publish, channel: 'slow' })
    await client.expectSilence()
    expect(spans.all).toHaveLength(0)
    client.close()
    await client.closed()
    await until(() => server.tide.connectionCount === 0)
    gate.open()
    expect((await spans.one('publish slow')).attributes['error.type']).toBe('CLOSED')
  })
})

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

const history = { type: 'history', id: 4, channel: 'log:a' }

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

describe('a tracer that throws', () => {
  const failures = ['startSpan', 'spanContext', 'setAttribute', 'setStatus', 'end'] as const

  test.each(failures)('at %s costs spans, is told once, and nothing else', async (at) => {
    const { logger, entries } = recordingLogger()
    await using server = await startServer({ tracing: tracerThatThrows(at), logger })
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    for (let n = 1; n <= 3; n += 1) {
      await server.tide.publish('log:a', n)
      expect(await client.next()).toMatchObject({ type: 'message', payload: n })
    }
    client.send({ ...publish, channel: 'log:b' })
    expect(await client.next()).toMatchObject({ type: 'ack', channel: 'log:b' })
    expect(await client.ask({ ...publish, channel: 'secret' })).toMatchObject({ code: 'FORBIDDEN' })
    const told = entries.filter(({ message }) => message.includes('tracer'))
    expect(told).toMatchObject([{ fields: { cause: new Error(`no ${at}`) } }])
  })
})

describe('among other spans', () => {
  beforeEach(() => {
    context.setGlobalContextManager(new StoredContext())
  })
  afterEach(() => {
    context.disable()
  })

  test('a publish is a child of what is active, and a delivery of nothing', async () => {
    await using server = await startServer({ tracing: spans.tracer })
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    const tracer = new RecordedSpans().tracer
    // OpenTelemetry made it.
    const order = tracer.startSpan('order') as ReturnType<
      ReturnType<typeof trace.getTracer>['startSpan']
    >
    await context.with(trace.setSpan(context.active(), order), () =>
      server.tide.publish('log:a', 1),
    )
    const published = await spans.one('publish log:{name}')
    expect(published.parentSpanContext?.spanId).toBe(order.spanContext().spanId)
    const delivered = await spans.one('deliver log:{name}')
    expect(delivered.parentSpanContext).toBeUndefined()
    expect(delivered.spanContext().traceId).not.toBe(order.spanContext().traceId)
  })
})

/** What keeps the active span over `await`, as OpenTelemetry's SDK for Node does. */
class StoredContext implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>()

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT
  }

  with<TArguments extends unknown[], TRun extends (...args: TArguments) => ReturnType<TRun>>(
    active: Context,
    run: TRun,
    thisArgument?: ThisParameterType<TRun>,
    ...args: TArguments
  ): ReturnType<TRun> {
    return this.#storage.run(active, () => run.apply(thisArgument, args))
  }

  bind<TTarget>(_active: Context, target: TTarget): TTarget {
    return target
  }

  enable(): this {
    return this
  }

  disable(): this {
    this.#storage.disable()
    return this
  }
}

function tracerThatThrows(at: string) {
  const doNothing = (name: string) => () => {
    if (name === at) throw new Error(`no ${at}`)
  }
  const span = {
    spanContext() {
      doNothing('spanContext')()
      return { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }
    },
    setAttribute: doNothing('setAttribute'),
    setStatus: doNothing('setStatus'),
    end: doNothing('end'),
  }
  return {
    startSpan() {
      doNothing('startSpan')()
      return span
    },
  }
}

function schemaOf(validate: StandardSchema['~standard']['validate']): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

function idsOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }) {
  return { traceId, spanId }
}

function epochOf(frame: unknown): string | undefined {
  // The ack of a channel with history.
  return (frame as { position?: { epoch: string } }).position?.epoch
}
