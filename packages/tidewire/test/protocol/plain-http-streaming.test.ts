import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EventStream, openStream } from '../support/event-stream.ts'
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
import { sendHttp } from '../support/send-http.ts'
import { until } from '../support/until.ts'

describe('following channels over plain HTTP', () => {
  let server: HttpServer
  const reader = backendKey(['read'], { channels: ['secret', 'log:{name}'] })

  beforeAll(async () => {
    server = await startHttpServer({ auth: bearerUsers, apiKeys: [reader.key] })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const follow = (channel: string, query = '', headers = {}): Promise<EventStream> =>
    openStream(server.port, `/api/channels/${channel}/events${query}`, headers)

  test('P-070 a stream is what no proxy keeps, gathers or takes for JSON', async () => {
    await using stream = await follow('room:head')
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': expect.stringContaining('no-store'),
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
  })

  test('P-070 the data is the frames of a WebSocket, byte for byte', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:same' })
    await using stream = await (await follow('log:same')).begin()
    await server.tide.publish('log:same', { text: 'é "quoted"\n\n: not a comment' })
    const frame = JSON.parse(String(await client.nextBytes()))
    const event = await stream.next('message')
    expect(event.data).toEqual(frame)
    expect(event.id).toBe(`${await epochOf('log:same')}:1`)
  })

  test('P-070 the stream begins with the hello and the ack, whose id is where it begins', async () => {
    await server.tide.publish('log:begin', 1)
    await using stream = await follow('log:begin')
    const hello = await stream.next('connected')
    expect(hello.data).toMatchObject({ type: 'connected', userId: null })
    const ack = await stream.next('ack')
    expect(ack.data).toMatchObject({ channel: 'log:begin', position: { offset: 1 } })
    expect(ack.id).toBe(`${ack.data.position.epoch}:1`)
  })

  test('P-070 Last-Event-ID resumes after the last event and counts before since', async () => {
    for (const payload of [1, 2, 3]) await server.tide.publish('log:resume', payload)
    const epoch = await epochOf('log:resume')
    const headers = { 'Last-Event-ID': `${epoch}:2` }
    await using stream = await follow('log:resume', `?since=${epoch}:0`, headers)
    await stream.next('connected')
    const ack = await stream.next('ack')
    expect(ack.data).toMatchObject({ recovered: true, position: { offset: 2 }, top: 3 })
    expect(await stream.payloads(1)).toEqual([3])
    expect(stream.lastEventId).toBe(`${epoch}:3`)
  })

  test('P-070 since and last begin where they say', async () => {
    for (const payload of [1, 2, 3]) await server.tide.publish('log:start', payload)
    const epoch = await epochOf('log:start')
    await using since = await (await follow('log:start', `?since=${epoch}:1`)).begin()
    expect(await since.payloads(2)).toEqual([2, 3])
    await using last = await (await follow('log:start', '?last=1')).begin()
    expect(await last.payloads(1)).toEqual([3])
  })

  test('P-070 a position that is not kept any more is told with the ack', async () => {
    for (const payload of [1, 2, 3, 4, 5]) await server.tide.publish('short:gone', payload)
    const epoch = await epochOf('short:gone')
    await using stream = await follow('short:gone', `?since=${epoch}:1`)
    await stream.next('connected')
    const { data } = await stream.next('ack')
    expect(data).toMatchObject({ recovered: false, reason: 'HISTORY_TRIMMED' })
    await using other = await follow('short:gone', '?since=another:1')
    await other.next('connected')
    expect((await other.next('ack')).data).toMatchObject({ reason: 'EPOCH_CHANGED' })
  })

  test('P-070 a channel without history has no ids', async () => {
    await using stream = await (await follow('room:plain')).begin()
    await server.tide.publish('room:plain', 'now')
    expect(await stream.next('message')).toMatchObject({ id: null, data: { payload: 'now' } })
    expect(stream.lastEventId).toBe('')
  })

  test('P-070 a name with slashes stands in the path as it is, or encoded', async () => {
    await using plain = await (await follow('log:a')).begin()
    await using encoded = await (await follow('log%3Aa')).begin()
    await server.tide.publish('log:a', 'both')
    expect(await plain.payloads(1)).toEqual(['both'])
    expect(await encoded.payloads(1)).toEqual(['both'])
  })

  test('P-070 several channels are one stream, whose id has the positions of all', async () => {
    await server.tide.publish('log:one', 1)
    await server.tide.publish('log:two', 'a')
    const path = '/api/events?channel=log:one&channel=room:mid&channel=log:two'
    const [one, two] = [await epochOf('log:one'), await epochOf('log:two')]
    let lastEventId: string
    {
      await using stream = await (await openStream(server.port, path)).begin(3)
      await server.tide.publish('log:two', 'b')
      expect(await stream.next('message')).toMatchObject({
        id: `${one}:1,,${two}:2`,
        data: { channel: 'log:two', payload: 'b' },
      })
      lastEventId = stream.lastEventId
    }
    await server.tide.publish('log:one', 2)
    await server.tide.publish('log:two', 'c')
    await using again = await openStream(server.port, path, { 'Last-Event-ID': lastEventId })
    await again.begin(3)
    expect(new Set(await again.payloads(2))).toEqual(new Set([2, 'c']))
    expect(again.lastEventId).toBe(`${one}:2,,${two}:3`)
  })

  test.each([
    ['/api/channels/nowhere/events', {}, 403, 'FORBIDDEN'],
    ['/api/channels/members:a/events', {}, 403, 'FORBIDDEN'],
    ['/api/channels/members:a/events', { Authorization: 'Bearer wrong' }, 401, 'INVALID_TOKEN'],
    ['/api/channels/room:a/events?since=x', {}, 400, 'INVALID_FRAME'],
    ['/api/channels/room:a/events?last=-1', {}, 400, 'INVALID_FRAME'],
    ['/api/channels/room:a/events', { 'Last-Event-ID': 'e:1,e:2' }, 400, 'INVALID_FRAME'],
    ['/api/channels/r%C3%B6m/events', {}, 400, 'INVALID_CHANNEL'],
    ['/api/events', {}, 400, 'INVALID_FRAME'],
    ['/api/events?channel=room:a&channel=nowhere', {}, 403, 'FORBIDDEN'],
    ['/api/events?channel=room:a&channel=room:a', {}, 409, 'ALREADY_SUBSCRIBED'],
  ])('P-070 %s with %j is refused by status: %i %s', async (path, headers, status, code) => {
    const reply = await sendHttp(server.port, path, { headers })
    expect(reply.status).toBe(status)
    expect(reply.json()).toEqual({ code, message: expect.any(String) })
    expect(reply.headers['content-type']).toBe('application/json')
  })

  test('P-070 users and backends follow what they may', async () => {
    await using users = await follow('members:a', '', bearer('ada'))
    expect((await users.next('connected')).data.userId).toBe('ada')
    await using backends = await (await follow('secret', '', reader.headers)).begin()
    await server.tide.publish('secret', 'for backends')
    expect(await backends.payloads(1)).toEqual(['for backends'])
    const other = await sendHttp(server.port, '/api/channels/room:a/events', reader)
    expect(other.status).toBe(403)
  })

  test('P-070 a reader that cannot keep up is told of a gap in its place', async () => {
    await using slow = await startHttpServer({
      channels: {
        ...openChannels,
        drop: { subscribe: 'anyone', history: { size: 10 }, delivery: 'drop' },
      },
    })
    await using stream = await (await openStream(slow.port, '/api/channels/drop/events')).begin()
    stream.pause()
    const payload = 'x'.repeat(30_000)
    let sent = 0
    // As much as fits into the buffers of both sides, and more.
    for (; sent < 600; sent += 1) await slow.tide.publish('drop', payload)
    stream.resume()
    let read = 0
    for (;;) {
      const { event, data, id } = await stream.next()
      if (event === 'gap') {
        expect(data).toMatchObject({ reason: 'SLOW_READER', from: { offset: read } })
        expect(id).toBe(`${data.to.epoch}:${data.to.offset}`)
        break
      }
      read += data.type === 'batch' ? data.count : 1
    }
    expect(read).toBeLessThan(sent)
  })

  test('P-070 what comes before the last channel is answered for waits, and all of it follows', async () => {
    const gate = openGate()
    await using waiting = await startHttpServer({
      channels: {
        ...openChannels,
        late: { subscribe: 'anyone', canSubscribe: () => gate.opened.then(() => true) },
      },
    })
    const payloads = Array.from({ length: 60 }, (_, index) => `${index} ${'x'.repeat(5_000)}`)
    for (const payload of payloads) await waiting.tide.publish('log:big', payload)
    const opening = openStream(waiting.port, '/api/events?channel=log:big&channel=late&last=60')
    await until(() => waiting.tide.connectionCount === 1)
    gate.open()
    await using stream = await opening
    const seen: unknown[] = []
    while (seen.length < payloads.length) {
      const { event, data } = await stream.next()
      if (event === 'message') for (const one of data.events ?? [data]) seen.push(one.payload)
    }
    expect(seen).toEqual(payloads)
  })

  test('P-070 a stream is never silent for half a heartbeat', async () => {
    await using quick = await startHttpServer({ limits: { heartbeatMs: 500 } })
    await using stream = await (await openStream(quick.port, '/api/channels/room:a/events')).begin()
    while (stream.comments < 3) {
      await new Promise((resolve) => stream.response.once('data', resolve))
    }
  })

  test('P-070 HEAD answers the head, and what a stream would be refused with', async () => {
    const path = '/api/channels/room:a/events'
    const head = await sendHttp(server.port, path, { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers['content-type']).toBe('text/event-stream')
    const refused = await sendHttp(server.port, '/api/channels/nowhere/events', { method: 'HEAD' })
    expect(refused).toMatchObject({ status: 403, text: '' })
  })

  test('P-070 a connection ends when its client has gone', async () => {
    // Those of the tests before are on their way out.
    await until(() => server.tide.connectionCount === 0)
    {
      await using _stream = await (await follow('room:leaving')).begin()
      expect(server.tide.connectionCount).toBe(1)
    }
    await until(() => server.tide.connectionCount === 0)
  })

  test('P-070 a user that is disconnected is told and the stream ends', async () => {
    await using stream = await (await follow('room:a', '', bearer('bob'))).begin()
    expect(server.tide.disconnect({ userId: 'bob' })).toBe(1)
    expect((await stream.next('close')).data).toMatchObject({ code: 4006 })
    await stream.ended()
  })

  test('P-061 a stream ends after its slot, though its client knows nothing of drains', async () => {
    await using leaving = await startHttpServer()
    await using stream = await (
      await openStream(leaving.port, '/api/channels/room:a/events')
    ).begin()
    const drained = leaving.tide.drain({ overMs: 1, graceMs: 60_000 })
    expect((await stream.next('drain')).data).toMatchObject({ closeAfterMs: expect.any(Number) })
    expect((await stream.next('close')).data).toMatchObject({ code: 1012 })
    await stream.ended()
    await drained
  })

  test('P-070 a server that stops ends its streams and takes no new ones', async () => {
    const stopping = await startHttpServer()
    await using stream = await (
      await openStream(stopping.port, '/api/channels/room:a/events')
    ).begin()
    const closed = stopping.tide.close()
    const refused = await sendHttp(stopping.port, '/api/channels/room:a/events')
    expect(refused.status).toBe(503)
    expect(refused.headers['retry-after']).toBe('1')
    expect((await stream.next('close')).data).toMatchObject({ code: 1001 })
    await stream.ended()
    await closed
    await stopping[Symbol.asyncDispose]()
  })

  async function epochOf(channel: string): Promise<string> {
    const path = `/api/channels/${channel}/messages`
    return (await sendHttp(server.port, path)).json().position.epoch
  }
})
