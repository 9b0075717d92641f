import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StandardSchema } from '../../src/protocol/standard-schema.ts'
import { noRate } from '../support/no-rate.ts'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { startServer, type TestServer } from '../support/start-server.ts'
import { VirtualHub } from '../support/virtual-hub.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ limits: noRate })
})
afterAll(() => server[Symbol.asyncDispose]())

/** Sends a frame and checks the one error it is answered with; the connection stays. */
async function expectError(client: RawClient, sent: unknown, error: object): Promise<void> {
  const answer = await client.ask(sent)
  expect(answer).toMatchObject({ type: 'error', message: expect.any(String), ...error })
  if (!('id' in error)) expect(answer).not.toHaveProperty('id')
  await client.expectSilence()
}

/** PROTOCOL.md P-050: one code each, and the connection stays open. */
describe('errors', () => {
  test.each([
    ['{}', { code: 'MISSING_TYPE' }],
    ['{"id":7}', { id: 7, code: 'MISSING_TYPE' }],
    ['{"type":"dance","id":"d"}', { id: 'd', code: 'UNKNOWN_TYPE' }],
    ['{"type":"","id":1}', { id: 1, code: 'UNKNOWN_TYPE' }],
    ['{"type":"toString"}', { code: 'UNKNOWN_TYPE' }],
    ['{"type":"__proto__"}', { code: 'UNKNOWN_TYPE' }],
    ['{"type":7,"id":1}', { id: 1, code: 'INVALID_FRAME' }],
    ['{"type":null}', { code: 'INVALID_FRAME' }],
    ['{"type":["subscribe"]}', { code: 'INVALID_FRAME' }],
    ['', { code: 'INVALID_FRAME' }],
    ['null', { code: 'INVALID_FRAME' }],
    ['42', { code: 'INVALID_FRAME' }],
    ['"x"', { code: 'INVALID_FRAME' }],
    ['true', { code: 'INVALID_FRAME' }],
    ['[]', { code: 'INVALID_FRAME' }],
    ['[[]]', { code: 'INVALID_FRAME' }],
    ['{"type":"heartbeat","id":{}}', { code: 'INVALID_FRAME' }],
    ['{"type":"heartbeat","id":null}', { code: 'INVALID_FRAME' }],
    ['{"type":"heartbeat","id":1.5}', { code: 'INVALID_FRAME' }],
    ['{"type":"heartbeat","id":9007199254740993}', { code: 'INVALID_FRAME' }],
    ['{"type":"heartbeat","id":""}', { code: 'INVALID_FRAME' }],
    ['{"type":"auth","id":1}', { id: 1, code: 'INVALID_FRAME' }],
    ['{"type":"subscribe","channel":"room:a"}', { code: 'INVALID_FRAME' }],
    ['{"type":"unsubscribe","channel":"room:a"}', { code: 'INVALID_FRAME' }],
    ['{"type":"history","channel":"log:a"}', { code: 'INVALID_FRAME' }],
    ['{"type":"call","method":"m"}', { code: 'INVALID_FRAME' }],
    ['{"type":"publish","id":1,"channel":"room:a"}', { id: 1, code: 'INVALID_FRAME' }],
    ['{"type":"publish","id":1,"channel":"room:a","payload":1,"echo":1}', { id: 1 }],
    ['{"type":"subscribe","id":1,"channel":"log:a","last":-1}', { id: 1 }],
    ['{"type":"subscribe","id":1}', { id: 1, code: 'INVALID_CHANNEL' }],
    ['{"type":"unsubscribe","id":1,"channel":7}', { id: 1, code: 'INVALID_CHANNEL' }],
    ['{"type":"publish","id":1,"channel":"a b","payload":1}', { id: 1, code: 'INVALID_CHANNEL' }],
    ['{"type":"history","id":1,"channel":""}', { id: 1, code: 'INVALID_CHANNEL' }],
    ['{"type":"unsubscribe","id":1,"channel":"room:a"}', { id: 1, code: 'NOT_SUBSCRIBED' }],
    ['{"type":"subscribe","id":1,"channel":"members:a"}', { id: 1, code: 'FORBIDDEN' }],
    ['{"type":"subscribe","id":1,"channel":"secret"}', { id: 1, code: 'FORBIDDEN' }],
    ['{"type":"subscribe","id":1,"channel":"nowhere"}', { id: 1, code: 'FORBIDDEN' }],
    ['{"type":"publish","id":1,"channel":"news","payload":1}', { id: 1, code: 'FORBIDDEN' }],
    ['{"type":"publish","channel":"news","payload":1}', { code: 'FORBIDDEN' }],
    ['{"type":"history","id":1,"channel":"room:a"}', { id: 1, code: 'NO_HISTORY' }],
    ['{"type":"call","id":1,"method":"m"}', { id: 1, code: 'UNKNOWN_METHOD' }],
  ])('P-050 %s', async (text, error) => {
    await using client = await connectRaw(server.url)
    await expectError(client, text, { code: 'INVALID_FRAME', ...error })
  })

  test('P-050 ALREADY_SUBSCRIBED, also while the first subscribe is still answered', async () => {
    await using client = await connectRaw(server.url)
    const subscribe = (id: number) => ({ type: 'subscribe', id, channel: 'log:twice', last: 1 })
    client.send([subscribe(1), subscribe(2)])
    const answers = [await client.next(), await client.next()]
    expect(answers).toContainEqual(expect.objectContaining({ type: 'ack', id: 1 }))
    expect(answers).toContainEqual(expect.objectContaining({ id: 2, code: 'ALREADY_SUBSCRIBED' }))
    await expectError(client, subscribe(3), { id: 3, code: 'ALREADY_SUBSCRIBED' })
    await server.tide.publish('log:twice', 'once')
    await client.next('message')
    await client.expectSilence()
  })

  test('P-050 an id that is still in use: INVALID_FRAME without the id, which gets its own answer', async () => {
    await using client = await connectRaw(server.url)
    client.send([
      { type: 'subscribe', id: 1, channel: 'log:ids', last: 1 },
      { type: 'history', id: 1, channel: 'log:ids' },
    ])
    const answers = [await client.next(), await client.next()]
    expect(answers.filter((answer) => 'id' in answer)).toMatchObject([{ type: 'ack', id: 1 }])
    expect(answers).toContainEqual(expect.objectContaining({ code: 'INVALID_FRAME' }))
    expect(await client.ask({ type: 'history', id: 1, channel: 'log:ids' })).toMatchObject({
      type: 'ack',
      id: 1,
    })
  })

  test('P-050 each frame of an array is right or wrong by itself', async () => {
    await using client = await connectRaw(server.url)
    client.send([{}, { type: 'heartbeat' }, 7, { type: 'call', id: 1, method: 'm' }])
    expect(await client.next('error')).toMatchObject({ code: 'MISSING_TYPE' })
    await client.next('heartbeat')
    expect(await client.next('error')).toMatchObject({ code: 'INVALID_FRAME' })
    expect(await client.next('error')).toMatchObject({ id: 1, code: 'UNKNOWN_METHOD' })
  })

  test('P-050 INVALID_TOKEN and INVALID_PAYLOAD say nothing of what the server holds', async () => {
    const schema = failingSchema(() => ({ issues: [{ message: 'expected InternalSecretType' }] }))
    await using schemas = await startServer({
      channels: { typed: { subscribe: 'anyone', publish: 'anyone', schema } },
    })
    await using client = await connectRaw(schemas.url)
    const answer = await client.ask({ type: 'publish', id: 1, channel: 'typed', payload: 1 })
    expect(answer).toMatchObject({ code: 'INVALID_PAYLOAD' })
    expect(JSON.stringify(answer)).not.toContain('InternalSecretType')
  })

  test('P-050 BROKER_UNAVAILABLE when the broker is gone, for every command that needs it', async () => {
    const virtual = new VirtualHub()
    const link = virtual.connect()
    await virtual.broker.close()
    const channel = 'log:a'
    for (const frame of [
      { type: 'publish', id: 1, channel, payload: 1 },
      { type: 'subscribe', id: 2, channel },
      { type: 'history', id: 3, channel },
      { type: 'subscribe', id: 4, channel },
    ]) {
      expect(await link.ask(frame)).toMatchObject([{ id: frame.id, code: 'BROKER_UNAVAILABLE' }])
    }
    expect(await link.ask({ type: 'heartbeat' })).toMatchObject([{ type: 'heartbeat' }])
  })

  test.each([
    ['throws', () => fail()],
    ['rejects', () => Promise.reject(new Error('the cause'))],
    ['makes what is not JSON', () => ({ value: 10n })],
  ])('P-050 a schema that %s: INTERNAL, and its cause is in the log only', async (_, validate) => {
    const { logger, lines } = recordingLogger()
    const schema = failingSchema(validate)
    await using broken = await startServer({
      channels: { ...openChannels, broken: { subscribe: 'anyone', publish: 'anyone', schema } },
      logger,
    })
    await using client = await connectRaw(broken.url)
    const publish = { type: 'publish', id: 1, channel: 'broken', payload: 1 }
    await expectError(client, publish, { id: 1, code: 'INTERNAL' })
    await expectError(client, publish, { id: 1, code: 'INTERNAL' })
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain(client.hello.connectionId)
  })

  test('P-050 whatever JSON comes, the connection lives and answers', async () => {
    await using client = await connectRaw(server.url)
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), async (value) => {
        client.send(JSON.stringify(value))
        client.send({ type: 'heartbeat' })
        const answers = [await client.next()]
        while (answers.at(-1)?.type === 'error') answers.push(await client.next())
        expect(answers.at(-1)).toMatchObject({ type: 'heartbeat' })
        expect(answers.length).toBeGreaterThan(1)
      }),
      { numRuns: 200 },
    )
  })
})

function failingSchema(validate: StandardSchema['~standard']['validate']): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

function fail(): never {
  throw new Error('the cause')
}
