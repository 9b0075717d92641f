import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { beforeEach, describe, expect, test } from 'vitest'
import { MemoryBroker } from '../../src/brokers/memory.ts'
import { randomId, systemClock } from '../../src/node/system.ts'
import type { StandardSchema } from '../../src/protocol/standard-schema.ts'
import { HeldBroker } from '../engine/held-broker.ts'
import { openGate } from '../support/gate.ts'
import { namedUsers } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { RecordedSpans } from '../support/recorded-spans.ts'
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

function schemaOf(validate: StandardSchema['~standard']['validate']): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

function epochOf(frame: unknown): string | undefined {
  // The ack of a channel with history.
  return (frame as { position?: { epoch: string } }).position?.epoch
}
