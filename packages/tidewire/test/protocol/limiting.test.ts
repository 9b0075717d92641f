import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { closeCodes } from '../../src/protocol/close-codes.ts'
import { expectServed } from '../support/healthy-client.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer, type TestServer } from '../support/start-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterEach(() => expectServed(server.url))
afterAll(() => server[Symbol.asyncDispose]())

/** A publish whose JSON text has exactly so many bytes. */
function publishOf(bytes: number): string {
  const frame = (payload: string) =>
    JSON.stringify({ type: 'publish', id: 1, channel: 'room:size', payload })
  return frame('x'.repeat(bytes - frame('').length))
}

/** JSON arrays, one in another. */
function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

/** PROTOCOL.md, section 7: each limit at its edge and one step beyond. */
describe('limits', () => {
  test('P-051 a payload of 64 KiB passes, one byte more closes 1009', async () => {
    await using client = await connectRaw(server.url)
    expect(await client.ask(publishOf(64 * 1024))).toMatchObject({ type: 'ack' })
    client.send(publishOf(64 * 1024 + 1))
    expect(await client.closed()).toMatchObject({ code: 1009 })
  })

  test('P-051 maxPayloadBytes moves that limit', async () => {
    await using small = await startServer({ limits: { maxPayloadBytes: 200 } })
    await using client = await connectRaw(small.url)
    expect(await client.ask(publishOf(200))).toMatchObject({ type: 'ack' })
    client.send(publishOf(201))
    expect(await client.closed()).toMatchObject({ code: 1009 })
  })

  test('P-050 an array holds 64 frames, one more is INVALID_FRAME and none is handled', async () => {
    await using client = await connectRaw(server.url)
    const calls = Array.from({ length: 65 }, (_, id) => ({ type: 'call', id, method: 'm' }))
    client.send(calls.slice(0, 64))
    for (let id = 0; id < 64; id += 1) expect(await client.next('error')).toMatchObject({ id })
    const answer = await client.ask(calls)
    expect(answer).toMatchObject({ code: 'INVALID_FRAME' })
    expect(answer).not.toHaveProperty('id')
    await client.expectSilence()
  })

  test('P-050 JSON nests 32 levels deep, one more is INVALID_FRAME', async () => {
    await using client = await connectRaw(server.url)
    const publish = (payload: string) =>
      `{"type":"publish","id":1,"channel":"room:deep","payload":${payload}}`
    expect(await client.ask(publish(nested(31)))).toMatchObject({ type: 'ack' })
    expect(await client.ask(publish(nested(32)))).toMatchObject({ code: 'INVALID_FRAME' })
    expect(await client.ask(nested(30_000))).toMatchObject({ code: 'INVALID_FRAME' })
    expect(await client.ask('{"a":'.repeat(10_000))).toMatchObject({ code: 'INVALID_FRAME' })
    const brackets = JSON.stringify('[{"\\'.repeat(100))
    expect(await client.ask(publish(brackets))).toMatchObject({ type: 'ack' })
  })

  test('P-050 a frame that nests deeper is answered by its id, and its array handled', async () => {
    await using client = await connectRaw(server.url)
    const publish = (id: number, payload: string) =>
      `{"type":"publish","id":${id},"channel":"room:deep","payload":${payload}}`
    client.send(`[${publish(1, '1')},${publish(2, nested(32))},${publish(3, '3')}]`)
    expect(await client.next('error')).toMatchObject({ id: 2, code: 'INVALID_FRAME' })
    expect(await client.next('ack')).toMatchObject({ id: 1 })
    expect(await client.next('ack')).toMatchObject({ id: 3 })
  })

  test('P-050 thousands of keys and a number of thousands of digits are only data', async () => {
    await using client = await connectRaw(server.url)
    const keys = Array.from({ length: 6_000 }, (_, index) => `"${index}":0`).join(',')
    expect(await client.ask(`{${keys}}`)).toMatchObject({ code: 'MISSING_TYPE' })
    expect(await client.ask(`{"type":${'7'.repeat(60_000)}}`)).toMatchObject({
      code: 'INVALID_FRAME',
    })
  })

  test('P-050 an id has 64 bytes, one more is INVALID_FRAME', async () => {
    await using client = await connectRaw(server.url)
    for (const id of ['i'.repeat(64), '€'.repeat(21), Number.MIN_SAFE_INTEGER, 0]) {
      expect(await client.ask({ type: 'call', id, method: 'm' })).toMatchObject({ id })
    }
    for (const id of ['i'.repeat(65), '€'.repeat(22)]) {
      const answer = await client.ask({ type: 'call', id, method: 'm' })
      expect(answer).toMatchObject({ code: 'INVALID_FRAME' })
      expect(answer).not.toHaveProperty('id')
    }
  })

  test('P-050 a channel name has 1 to 255 of the allowed characters', async () => {
    await using any = await startServer({ channels: { '{name}': { subscribe: 'anyone' } } })
    await using client = await connectRaw(any.url)
    for (const channel of ['a', 'a'.repeat(255), 'Az09_-.~@=+,!', 'a..b', '...']) {
      const ack = await client.ask({ type: 'subscribe', id: 1, channel })
      expect(ack).toMatchObject({ type: 'ack', channel })
    }
  })

  test.each([
    '',
    'a'.repeat(256),
    'a b',
    'a\tb',
    'a\nb',
    'a\u0000',
    'a"b',
    'a{b}',
    'a*',
    'a?b',
    'a#b',
    'a%20b',
    '..',
    'room:a/../b',
    './a',
    'café',
    'rооm:a',
    'room：a',
    'room:a\u200b',
  ])('P-050 the channel name %j: INVALID_CHANNEL', async (channel) => {
    await using client = await connectRaw(server.url)
    for (const frame of [
      { type: 'subscribe', id: 1, channel },
      { type: 'unsubscribe', id: 1, channel },
      { type: 'publish', id: 1, channel, payload: 1 },
      { type: 'history', id: 1, channel },
    ]) {
      expect(await client.ask(frame)).toMatchObject({ id: 1, code: 'INVALID_CHANNEL' })
    }
  })

  test('P-050 a connection subscribes to 128 channels; the 129th is TOO_MANY_CHANNELS', async () => {
    await using client = await connectRaw(server.url)
    expect(client.hello.limits.maxChannels).toBe(128)
    const subscribe = (id: number) => ({ type: 'subscribe', id, channel: `room:${id}` })
    const refused = { id: 128, code: 'TOO_MANY_CHANNELS' }
    for (let id = 0; id < 128; id += 1) {
      expect(await client.ask(subscribe(id))).toMatchObject({ type: 'ack', id })
    }
    expect(await client.ask(subscribe(128))).toMatchObject(refused)
    await client.ask({ type: 'unsubscribe', id: 'u', channel: 'room:7' })
    expect(await client.ask(subscribe(128))).toMatchObject({ type: 'ack' })
  })

  test('P-050 subscribes that are still answered count for TOO_MANY_CHANNELS', async () => {
    await using small = await startServer({ limits: { maxChannels: 2 } })
    await using client = await connectRaw(small.url)
    client.send([1, 2, 3].map((id) => ({ type: 'subscribe', id, channel: `log:${id}`, last: 1 })))
    const answers = [await client.next(), await client.next(), await client.next()]
    const refused = answers.filter(({ type }) => type === 'error')
    expect(refused).toMatchObject([{ id: 3, code: 'TOO_MANY_CHANNELS' }])
  })

  test('P-050 a client that asks on and on and reads no answer is closed 4009, others are not', async () => {
    await using server = await startServer({ limits: { maxBufferedBytes: 200_000 } })
    await using deaf = await connectRaw(server.url)
    await using quick = await connectRaw(server.url)
    const payload = 'x'.repeat(60_000)
    await deaf.ask({ type: 'publish', id: 1, channel: 'log:large', payload })
    deaf.pause()
    while (server.tide.connectionCount === 2) {
      deaf.send({ type: 'history', id: 1, channel: 'log:large' })
      await quick.expectSilence()
    }
    deaf.resume()
    expect(await deaf.closed()).toMatchObject({ code: 4009 })
    expect(server.tide.counters.closed.tooSlow).toBe(1)
    await quick.expectSilence()
  })

  test('P-050 a limit that is hit is counted by what it is answered with', async () => {
    await using server = await startServer({
      auth: { mode: 'required', verify: () => ({ userId: 'ada' }) },
      limits: { maxPayloadBytes: 5_000, maxChannels: 1, authTimeoutMs: 1_000 },
    })
    const { errors, closed } = server.tide.counters
    await using silent = await connectRaw(server.url)
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'auth', token: 't' })
    await client.ask({ type: 'subscribe', id: 1, channel: 'room:a' })
    await client.ask({ type: 'subscribe', id: 1, channel: 'room:b' })
    await client.ask({ type: 'subscribe', id: 1, channel: 'x'.repeat(256) })
    await client.ask({ type: 'call', id: 'i'.repeat(65), method: 'm' })
    await client.ask(nested(33))
    await client.ask(Array.from({ length: 65 }, () => ({ type: 'heartbeat' })))
    client.send('x'.repeat(5_001))
    await client.closed()
    await silent.closed()
    expect(errors).toMatchObject({ TOO_MANY_CHANNELS: 1, INVALID_CHANNEL: 1, INVALID_FRAME: 3 })
    expect(closed).toMatchObject({ tooLarge: 1, authTimeout: 1, tooSlow: 0 })
  })

  test('P-050 a close reason has at most 123 bytes', () => {
    for (const { reason } of Object.values(closeCodes)) {
      expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123)
    }
  })

  test.each([
    ['maxPayloadBytes', 0],
    ['maxChannels', 1.5],
    ['authTimeoutMs', -1],
    ['heartbeatMs', Number.NaN],
    ['maxBufferedBytes', Number.POSITIVE_INFINITY],
  ])(
    'a limit that makes no sense is refused when the server is made: %s %d',
    async (name, value) => {
      await expect(startServer({ limits: { [name]: value } })).rejects.toThrow(`limits.${name}`)
    },
  )
})
