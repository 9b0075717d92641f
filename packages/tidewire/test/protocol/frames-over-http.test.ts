import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { method } from '../../src/core/methods.ts'
import { askFrames, openFrames } from '../support/frame-request.ts'
import { openGate } from '../support/gate.ts'
import {
  backendKey,
  bearer,
  bearerUsers,
  type HttpServer,
  startHttpServer,
} from '../support/http-server.ts'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { until } from '../support/until.ts'

const methods = {
  add: method({ access: 'anyone', handle: (input) => Number(input) + 1 }),
} as const

/** PROTOCOL.md P-074: the frames of a WebSocket in the body of a request, and the answer as frames. */
describe('frames over HTTP', () => {
  let server: HttpServer
  const reader = backendKey(['read'], { id: 'reader', channels: ['secret'] })
  const writer = backendKey(['read', 'publish'], { id: 'writer', channels: ['secret'] })
  const publisher = backendKey(['publish'], { id: 'publisher' })

  beforeAll(async () => {
    const apiKeys = [reader.key, writer.key, publisher.key]
    server = await startHttpServer({ auth: bearerUsers, apiKeys, methods })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('P-074 each line is a message, and each frame has its answer in a line of its own', async () => {
    const reply = await askFrames(server.port, [
      { type: 'publish', id: 1, channel: 'log:lines', payload: 'é' },
      [
        { type: 'publish', id: 'two', channel: 'log:lines', payload: 2 },
        { type: 'history', id: 3, channel: 'log:lines' },
      ],
      { type: 'call', id: 4, method: 'add', payload: 41 },
    ])
    expect(reply.status).toBe(200)
    expect(reply.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
    })
    const [hello, ...answers] = reply.frames
    expect(hello).toMatchObject({ type: 'connected', userId: null, auth: 'optional' })
    expect(answers).toHaveLength(4)
    expect(answers).toContainEqual(expect.objectContaining({ type: 'ack', id: 1 }))
    expect(answers).toContainEqual(expect.objectContaining({ type: 'ack', id: 'two' }))
    expect(answers).toContainEqual({ type: 'result', id: 4, payload: 42 })
    expect(answers).toContainEqual(
      expect.objectContaining({
        id: 3,
        events: [
          expect.objectContaining({ payload: 'é' }),
          expect.objectContaining({ payload: 2 }),
        ],
      }),
    )
  })

  test('P-074 a body of nothing is answered with the hello', async () => {
    for (const body of ['', '\n', '\r\n \r\n']) {
      expect((await askFrames(server.port, body)).frames).toMatchObject([{ type: 'connected' }])
    }
  })

  test('P-074 lines may end as on any system, and be empty', async () => {
    const line = (id: number) => JSON.stringify({ type: 'call', id, method: 'add', payload: id })
    const { frames } = await askFrames(server.port, `\r\n${line(1)}\r\n\n${line(2)}\n`)
    expect(frames.slice(1)).toEqual([
      { type: 'result', id: 1, payload: 2 },
      { type: 'result', id: 2, payload: 3 },
    ])
  })

  test('P-074 an answer that takes its time is waited for, and others are not lost meanwhile', async () => {
    const gate = openGate()
    await using slow = await startHttpServer({
      channels: {
        ...openChannels,
        late: { publish: 'anyone', canPublish: () => gate.opened.then(() => true) },
      },
    })
    const asking = askFrames(slow.port, [
      { type: 'publish', id: 1, channel: 'late', payload: 1 },
      { type: 'publish', id: 2, channel: 'log:a', payload: 1 },
    ])
    await until(() => slow.tide.connectionCount === 1)
    gate.open()
    expect((await asking).frames.slice(1)).toMatchObject([
      { type: 'ack', id: 2 },
      { type: 'ack', id: 1 },
    ])
  })

  test('P-074 nothing is kept from one request to the next', async () => {
    const subscribe = { type: 'subscribe', id: 1, channel: 'room:kept' }
    const link = { headers: { 'Tidewire-Link': 'a'.repeat(22) } }
    expect((await askFrames(server.port, [subscribe], link)).frames[1]).toMatchObject({
      type: 'ack',
    })
    const unsubscribe = { type: 'unsubscribe', id: 1, channel: 'room:kept' }
    const { frames } = await askFrames(server.port, [unsubscribe], link)
    expect(frames[1]).toMatchObject({ id: 1, code: 'NOT_SUBSCRIBED' })
    await until(() => server.tide.connectionCount === 0)
    await until(() => /^tidewire_channels 0$/m.test(server.tide.metrics()))
  })

  test('P-074 a stream begins with the hello, and has the answers and what follows', async () => {
    await using stream = await openFrames(server.port, [
      { type: 'subscribe', id: 1, channel: 'log:stream' },
      [
        { type: 'call', id: 2, method: 'add', payload: 1 },
        { type: 'subscribe', id: 3, channel: 'nowhere' },
      ],
    ])
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': expect.stringContaining('no-transform'),
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    // Each event leaves in one piece; its socket ends it.
    expect(stream.response.headers).not.toHaveProperty('transfer-encoding')
    expect(await stream.frame('connected')).toMatchObject({ userId: null })
    const answers = [await stream.frame(), await stream.frame(), await stream.frame()]
    expect(answers).toContainEqual(
      expect.objectContaining({ type: 'ack', id: 1, channel: 'log:stream' }),
    )
    expect(answers).toContainEqual({ type: 'result', id: 2, payload: 2 })
    expect(answers).toContainEqual(expect.objectContaining({ id: 3, code: 'FORBIDDEN' }))
    await server.tide.publish('log:stream', 'live')
    expect(await stream.frame('message')).toMatchObject({ channel: 'log:stream', payload: 'live' })
  })

  test('P-074 the data of a stream is the frames of a WebSocket', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:same' })
    await using stream = await openFrames(server.port, [
      { type: 'subscribe', id: 1, channel: 'log:same' },
    ])
    await stream.begin()
    await server.tide.publish('log:same', { text: 'é "quoted"\n\ndata: not a field' })
    expect(await stream.frame('message')).toEqual(await client.next('message'))
  })

  test('P-074 a silent stream says with a frame that it lives', async () => {
    await using quick = await startHttpServer({ limits: { heartbeatMs: 500 } })
    await using stream = await openFrames(quick.port, [])
    expect(await stream.frame('connected')).toMatchObject({ heartbeatMs: 500 })
    for (let beat = 0; beat < 3; beat += 1) {
      expect(await stream.frame('heartbeat')).toEqual({
        type: 'heartbeat',
        time: expect.any(Number),
      })
    }
  })

  test('P-074 how the server ends a stream is its last frame', async () => {
    await using stream = await openFrames(server.port, [], { headers: bearer('eve') })
    expect(await stream.frame('connected')).toMatchObject({ userId: 'eve', auth: 'done' })
    expect(server.tide.disconnect({ userId: 'eve' })).toBe(1)
    expect(await stream.frame('close')).toEqual({
      type: 'close',
      code: 4006,
      reason: expect.any(String),
    })
    await stream.ended()
    await until(() => server.tide.connectionCount === 0)
  })

  test('P-074 a client that leaves its stream takes its subscriptions with it', async () => {
    {
      const subscribe = { type: 'subscribe', id: 1, channel: 'room:left' }
      await using stream = await openFrames(server.port, [subscribe])
      await stream.frame('connected')
      await stream.frame('ack')
      expect(server.tide.connectionCount).toBe(1)
    }
    await until(() => server.tide.connectionCount === 0)
    await until(() => /^tidewire_channels 0$/m.test(server.tide.metrics()))
  })

  describe('links', () => {
    const linkOf = (letter: string) => ({ 'Tidewire-Link': letter.repeat(22) })
    const subscribe = { type: 'subscribe', id: 1, channel: 'log:echo' }
    const publish = (payload: unknown) => ({
      ...{ type: 'publish', id: 1, channel: 'log:echo', payload, echo: false },
    })

    test('P-074 echo: false holds over all requests of a link, and for no other', async () => {
      await using own = await openFrames(server.port, [subscribe], { headers: linkOf('a') })
      await using other = await openFrames(server.port, [subscribe], { headers: linkOf('b') })
      await using none = await openFrames(server.port, [subscribe])
      for (const stream of [own, other, none]) await stream.begin()
      await askFrames(server.port, [publish('not to a')], { headers: linkOf('a') })
      await askFrames(server.port, [publish('to all')])
      for (const stream of [other, none]) {
        expect(await stream.payloads(2)).toEqual(['not to a', 'to all'])
      }
      expect(await own.frame('message')).toMatchObject({ payload: 'to all' })
    })

    test('P-074 nobody takes the id of a connection for that of its link', async () => {
      await using client = await connectRaw(server.url)
      await client.ask(subscribe)
      await using stream = await openFrames(server.port, [subscribe])
      const { connectionId } = await stream.frame('connected')
      await stream.frame('ack')
      for (const id of [client.hello.connectionId, connectionId]) {
        const headers = { 'Tidewire-Link': id }
        expect((await askFrames(server.port, [publish(id)], { headers })).status).toBe(200)
        expect(await client.next('message')).toMatchObject({ payload: id })
        expect(await stream.frame('message')).toMatchObject({ payload: id })
      }
      await client.expectSilence()
    })
  })

  describe('who asks', () => {
    const subscribe = { type: 'subscribe', id: 1, channel: 'members:a' }

    test('P-074 a token in the body comes before the frames that need it', async () => {
      const auth = { type: 'auth', token: 'token-of-ada' }
      const publish = { type: 'publish', id: 2, channel: 'members:a', payload: 'mine' }
      for (const token of [auth, { ...auth, id: 9 }]) {
        const { frames } = await askFrames(server.port, [token, [subscribe, publish]])
        expect(frames).toMatchObject([
          { type: 'connected', auth: 'optional', userId: null },
          { type: 'auth_ack', userId: 'ada' },
          { type: 'ack', id: 1 },
          { type: 'ack', id: 2 },
        ])
      }
      await using stream = await openFrames(server.port, [auth, { ...subscribe, last: 1 }])
      await stream.frame('connected')
      await stream.frame('auth_ack')
      await stream.frame('ack')
      expect(await stream.frame('message')).toMatchObject({ payload: 'mine', from: 'ada' })
    })

    test('P-074 a bearer header is as good as one', async () => {
      const { frames } = await askFrames(server.port, [subscribe], { headers: bearer('bob') })
      expect(frames).toMatchObject([
        { type: 'connected', auth: 'done', userId: 'bob' },
        { type: 'ack', id: 1 },
      ])
      const headers = { Authorization: 'Bearer wrong' }
      const refused = await askFrames(server.port, [subscribe], { headers })
      expect([refused.status, refused.json().code]).toEqual([403, 'FORBIDDEN'])
    })

    test('P-074 a wrong token in the body ends the connection with 4003', async () => {
      const messages = [{ type: 'auth', token: 'wrong' }, subscribe]
      const { status, frames } = await askFrames(server.port, messages)
      expect([status, frames.length]).toEqual([200, 2])
      expect(frames[1]).toEqual({ type: 'close', code: 4003, reason: expect.any(String) })
      await using stream = await openFrames(server.port, messages)
      await stream.frame('connected')
      expect(await stream.frame('close')).toMatchObject({ code: 4003 })
      await stream.ended()
    })

    test('P-074 in mode required the token may come with the body, and has to come first', async () => {
      await using closed = await startHttpServer({ auth: { ...bearerUsers, mode: 'required' } })
      const auth = { type: 'auth', token: 'token-of-ada', id: 0 }
      const known = await askFrames(closed.port, [auth, subscribe])
      expect(known.frames).toMatchObject([
        { type: 'connected', auth: 'required' },
        { type: 'auth_ack', id: 0, userId: 'ada' },
        { type: 'ack', id: 1 },
      ])
      for (const messages of [[subscribe], [subscribe, auth]]) {
        expect((await askFrames(closed.port, messages)).frames).toMatchObject([
          { type: 'connected' },
          { type: 'close', code: 4001 },
        ])
      }
      await until(() => closed.tide.connectionCount === 0)
    })

    test('P-074 a backend may what its key says, and nothing else', async () => {
      const messages = [
        { type: 'subscribe', id: 1, channel: 'secret' },
        { type: 'publish', id: 2, channel: 'secret', payload: 1 },
        { type: 'history', id: 3, channel: 'log:a' },
      ]
      const of = async (headers: Readonly<Record<string, string>>) => {
        const { frames } = await askFrames(server.port, messages, { headers })
        return Object.fromEntries(frames.slice(1).map(({ id, code = 'ack' }) => [id, code]))
      }
      expect(await of(reader.headers)).toEqual({ 1: 'ack', 2: 'FORBIDDEN', 3: 'FORBIDDEN' })
      expect(await of(writer.headers)).toMatchObject({ 1: 'ack', 2: 'ack', 3: 'FORBIDDEN' })
      const { headers } = publisher
      const refused = await askFrames(server.port, messages, { headers })
      expect([refused.status, refused.json().code]).toEqual([403, 'FORBIDDEN'])
      const unknown = backendKey(['read'], { id: 'reader' })
      expect((await askFrames(server.port, messages, unknown)).status).toBe(401)
    })

    test('P-074 a backend with a key needs no token in mode required', async () => {
      await using closed = await startHttpServer({
        auth: { ...bearerUsers, mode: 'required' },
        apiKeys: [reader.key],
      })
      const messages = [{ type: 'subscribe', id: 1, channel: 'secret' }]
      const { headers } = reader
      expect((await askFrames(closed.port, messages, { headers })).frames[1]).toMatchObject({
        type: 'ack',
      })
    })
  })
})
