import { randomUUID } from 'node:crypto'
import { type } from 'arktype'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer, type TestServer } from '../support/start-server.ts'
import { VirtualHub } from '../support/virtual-hub.ts'

const schemas = {
  'chat:{room}': {
    subscribe: 'anyone',
    publish: 'anyone',
    schema: z.object({ text: z.string().trim().max(5) }),
  },
  'score:{game}': { subscribe: 'anyone', publish: 'anyone', schema: type({ points: 'number' }) },
  // One that writes into what it is given, and never the same.
  'stamped:{name}': {
    subscribe: 'anyone',
    publish: 'anyone',
    history: { size: 10 },
    schema: z.preprocess(
      (payload) => Object.assign(Object(payload), { id: randomUUID() }),
      z.looseObject({}),
    ),
  },
  'slow:{name}': {
    subscribe: 'anyone',
    publish: 'anyone',
    schema: z.string().refine(async (text) => text !== 'bad'),
  },
} as const

let server: TestServer
beforeAll(async () => {
  server = await startServer({ channels: { ...openChannels, ...schemas } })
})
afterAll(() => server[Symbol.asyncDispose]())

/** PROTOCOL.md P-023. */
describe('publishing', () => {
  test('P-023 the ack carries the position the event was given', async () => {
    await using client = await connectRaw(server.url)
    const publish = { type: 'publish', id: 'p', channel: 'log:pub', payload: { a: [1] } }
    expect(await client.ask(publish)).toEqual({
      type: 'ack',
      id: 'p',
      channel: 'log:pub',
      position: { epoch: expect.any(String), offset: 1 },
    })
    const kept = await client.ask({ type: 'history', id: 2, channel: 'log:pub' })
    expect(kept).toMatchObject({ events: [{ offset: 1, payload: { a: [1] } }] })
  })

  test('P-023 the position is null without history', async () => {
    await using client = await connectRaw(server.url)
    const ack = await client.ask({ type: 'publish', id: 1, channel: 'room:pub', payload: 1 })
    expect(ack).toEqual({ type: 'ack', id: 1, channel: 'room:pub', position: null })
  })

  test('P-023 a publish without an id is delivered and not answered', async () => {
    await using client = await connectRaw(server.url)
    client.send({ type: 'publish', channel: 'log:quiet', payload: 1 })
    await client.expectSilence()
    const kept = await client.ask({ type: 'history', id: 1, channel: 'log:quiet' })
    expect(kept).toMatchObject({ events: [{ payload: 1 }] })
  })

  test.each(['room:breath', 'log:breath'])(
    'P-021 who subscribes and publishes in one breath gets its own events, on %s',
    async (channel) => {
      await using client = await connectRaw(server.url)
      client.send([
        { type: 'subscribe', id: 1, channel },
        { type: 'publish', channel, payload: 'first' },
        { type: 'publish', channel, payload: 'second' },
      ])
      expect(await client.next()).toMatchObject({ type: 'ack', id: 1 })
      const { events } = await client.next('batch')
      expect(events.map(({ payload }) => payload)).toEqual(['first', 'second'])
    },
  )

  test('P-023 the publisher gets its own event when it subscribes', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'room:own' })
    client.send({ type: 'publish', id: 2, channel: 'room:own', payload: 'me', echo: true })
    expect(await client.next('ack')).toMatchObject({ id: 2 })
    expect(await client.next('message')).toMatchObject({ payload: 'me' })
  })

  test('P-023 a connection keeps the order of its publishes', async () => {
    await using client = await connectRaw(server.url)
    for (let id = 1; id <= 100; id += 1) {
      client.send({ type: 'publish', id, channel: 'log:order', payload: id })
    }
    for (let id = 1; id <= 100; id += 1) {
      expect(await client.next('ack')).toMatchObject({ id, position: { offset: id } })
    }
  })

  test('P-023 a key that was seen is not stored again and answers with the first position', async () => {
    await using one = await connectRaw(server.url)
    await using other = await connectRaw(server.url)
    await one.ask({ type: 'subscribe', id: 1, channel: 'log:key' })
    const publish = { type: 'publish', id: 2, channel: 'log:key', payload: 'first', key: 'k-1' }
    one.send(publish)
    const first = await one.next('ack')
    expect(first).not.toHaveProperty('duplicate')
    await one.next('message')
    expect(await other.ask(publish)).toEqual({ ...first, duplicate: true })
    const another = await other.ask({ ...publish, payload: 'second' })
    expect(another).toEqual({ ...first, duplicate: true, conflict: true })
    await one.expectSilence()
    const elsewhere = await other.ask({ ...publish, channel: 'log:key-2' })
    expect(elsewhere).not.toHaveProperty('duplicate')
  })

  test('P-023 a key is known by what was sent, whatever the schema makes of it', async () => {
    await using client = await connectRaw(server.url)
    const publish = { type: 'publish', id: 1, channel: 'stamped:a', payload: { n: 1 }, key: 'k' }
    const first = await client.ask(publish)
    expect(await client.ask(publish)).toEqual({ ...first, duplicate: true })
    const another = await client.ask({ ...publish, payload: { n: 2 } })
    expect(another).toEqual({ ...first, duplicate: true, conflict: true })
  })

  test('P-023 a key works without history, too', async () => {
    await using client = await connectRaw(server.url)
    const publish = { type: 'publish', id: 1, channel: 'room:key', payload: 1, key: 'k' }
    await client.ask(publish)
    expect(await client.ask(publish)).toMatchObject({ position: null, duplicate: true })
  })

  test('P-023 a key is forgotten after the dedupe window of 5 min', async () => {
    const virtual = new VirtualHub()
    const link = virtual.connect()
    const publish = { type: 'publish', id: 1, channel: 'log:a', payload: 1, key: 'k' }
    await link.ask(publish)
    await virtual.clock.advance(5 * 60_000)
    expect(await link.ask(publish)).toMatchObject([{ duplicate: true, position: { offset: 1 } }])
    await virtual.clock.advance(1)
    const [ack] = await link.ask(publish)
    expect(ack).toMatchObject({ type: 'ack', position: { offset: 2 } })
    expect(ack).not.toHaveProperty('duplicate')
  })

  test.each([
    ['empty', ''],
    ['129 bytes', 'k'.repeat(129)],
    ['129 bytes in 43 characters', '€'.repeat(43)],
    ['a number', 1],
  ])('P-023 a key that is %s: INVALID_FRAME', async (_, key) => {
    await using client = await connectRaw(server.url)
    const publish = { type: 'publish', id: 1, channel: 'room:a', payload: 1, key }
    expect(await client.ask(publish)).toMatchObject({ id: 1, code: 'INVALID_FRAME' })
  })

  test('P-023 subscribers get what the schema makes of a payload', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'chat:a' })
    const payload = { text: '  hi  ', admin: true }
    client.send({ type: 'publish', channel: 'chat:a', payload })
    expect(await client.next('message')).toMatchObject({ payload: { text: 'hi' } })
  })

  test.each([
    ['chat:a', { text: 'longer' }, 'payload.text'],
    ['chat:a', { text: 7 }, 'payload.text'],
    ['chat:a', null, 'payload'],
    ['score:a', { points: 'many' }, 'payload.points'],
    ['slow:a', 'bad', 'payload'],
  ])(
    'P-023 on %s, %j: INVALID_PAYLOAD with the path, not the types',
    async (channel, payload, path) => {
      await using client = await connectRaw(server.url)
      expect(await client.ask({ type: 'publish', id: 1, channel, payload })).toEqual({
        type: 'error',
        id: 1,
        code: 'INVALID_PAYLOAD',
        message: `${path} does not fit the schema of the channel`,
      })
    },
  )

  test('P-023 __proto__ and constructor are data in a payload and nothing in a frame', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'room:proto' })
    const payload = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'
    client.send(
      `{"__proto__":{"polluted":1},"type":"publish","channel":"room:proto","payload":${payload}}`,
    )
    expect(String(await client.nextBytes())).toContain(`"payload":${payload}`)
    expect({}).not.toHaveProperty('polluted')
    const typed = '{"__proto__":{"type":"heartbeat"}}'
    expect(await client.ask(typed)).toMatchObject({ code: 'MISSING_TYPE' })
  })
})
