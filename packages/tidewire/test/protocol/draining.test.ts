import { once } from 'node:events'
import { request as openRequest } from 'node:http'
import { describe, expect, test } from 'vitest'
import { method } from '../../src/core/methods.ts'
import { exchange, upgradeRequest } from '../support/byte-socket.ts'
import { deferred } from '../support/deferred.ts'
import { askFrames, framesPath, ndjson, openFrames } from '../support/frame-request.ts'
import { connectRaw } from '../support/raw-client.ts'
import { sendHttp } from '../support/send-http.ts'
import { startServer, type TestServer } from '../support/start-server.ts'
import { until } from '../support/until.ts'

/** What says that several requests are of one client. */
const ofOneLink = { 'Tidewire-Link': 'a-secret-that-only-its-client-has' }
const subscribe = { type: 'subscribe', id: 1, channel: 'news' }

describe('draining', () => {
  test('P-061 every client gets a slot of its own, spread over the drain time', async () => {
    await using server = await startServer()
    const clients = await Promise.all([1, 2, 3, 4].map(() => connectRaw(server.url)))
    const drained = server.tide.drain({ overMs: 1_000, graceMs: 60_000 })
    const frames = await Promise.all(clients.map((client) => client.next('drain')))
    const slots = frames.map(({ reconnectAfterMs }) => reconnectAfterMs).sort((a, b) => a - b)
    expect(slots).toEqual([0, 250, 500, 750])
    expect(frames.map(({ closeAfterMs }) => closeAfterMs)).toEqual([61_000, 61_000, 61_000, 61_000])
    for (const client of clients) client.close()
    await drained
  })

  test('P-061 what is subscribed goes on until the client leaves', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'news' })
    const drained = server.tide.drain({ overMs: 0, graceMs: 60_000 })
    await client.next('drain')
    await server.tide.publish('news', 'still here')
    expect(await client.next('message')).toMatchObject({ payload: 'still here' })
    client.close()
    await drained
  })

  test('P-061 who is left at the deadline is closed with 1012', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    await server.tide.drain({ overMs: 0, graceMs: 0 })
    expect(await client.closed()).toMatchObject({ code: 1012 })
    expect(server.tide.connectionCount).toBe(0)
  })

  test('P-061 P-004 nobody new is let in meanwhile: 503, and when to try again', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    expect(server.tide.isDraining).toBe(false)
    const drained = server.tide.drain({ overMs: 0, graceMs: 60_000 })
    expect(server.tide.isDraining).toBe(true)
    const answer = await exchange(server.port, upgradeRequest())
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'DRAINING' })
    client.close()
    await drained
  })

  test('P-061 a drain is over when every poll was answered, each in its slot', async () => {
    await using server = await startServer()
    const poll = sendHttp(server.port, '/api/channels/log:a/messages?waitMs=60000')
    const frames = askFrames(server.port, [subscribe], { query: '?waitMs=60000' })
    await until(() => server.tide.connectionCount === 2)
    await server.tide.drain({ overMs: 200, graceMs: 60_000 })
    expect(server.tide.connectionCount).toBe(0)
    expect((await poll).json()).toMatchObject({ events: [], recovered: true })
    expect((await frames).frames).toMatchObject([
      { type: 'connected' },
      { type: 'ack' },
      { type: 'drain', reconnectAfterMs: 100, closeAfterMs: 60_200 },
    ])
  })

  test('P-061 a drain is over when every request was answered', async () => {
    const asked = deferred<string>()
    const slow = method({ access: 'anyone', handle: () => asked.promise })
    await using server = await startServer({ methods: { slow } })
    const asking = askFrames(server.port, [{ type: 'call', id: 1, method: 'slow' }])
    await until(() => server.tide.connectionCount === 1)
    let isOver = false
    const drained = server.tide.drain({ overMs: 0, graceMs: 60_000 }).then(() => {
      isOver = true
    })
    await turns()
    expect(isOver).toBe(false)
    asked.resolve('done')
    expect((await asking).frames.at(-1)).toMatchObject({ type: 'result', payload: 'done' })
    await drained
  })

  test('P-061 P-074 a poll that is back hears that it is to go, and is answered in its slot', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    const drained = server.tide.drain({ overMs: 0, graceMs: 60_000 })
    await client.next('drain')
    const back = await askFrames(server.port, [subscribe], { query: '?waitMs=60000&resume=1' })
    expect(back.frames).toMatchObject([
      { type: 'connected' },
      { type: 'drain', reconnectAfterMs: 1_000, closeAfterMs: expect.any(Number) },
      { type: 'ack' },
    ])
    expect(back.headers['connection']).toBe('close')
    client.close()
    await drained
  })

  test('P-061 P-074 a client between two of its requests is waited for', async () => {
    await using server = await startServer()
    await askFrames(server.port, [subscribe], { headers: ofOneLink })
    expect(server.tide.connectionCount).toBe(0)
    let isOver = false
    const drained = server.tide.drain({ overMs: 0, graceMs: 1_000 }).then(() => {
      isOver = true
    })
    await turns()
    expect(isOver).toBe(false)
    const back = await askFrames(server.port, [subscribe], {
      query: '?waitMs=60000&resume=1',
      headers: ofOneLink,
    })
    expect(back.frames[1]).toMatchObject({ type: 'drain' })
    await drained
  })

  test('P-061 P-074 a poll that comes after the deadline is closed with 1012', async () => {
    await using server = await startServer()
    await server.tide.drain({ overMs: 0, graceMs: 0 })
    const late = await askFrames(server.port, [subscribe], { query: '?waitMs=60000&resume=1' })
    expect(late.frames.at(-1)).toMatchObject({ type: 'close', code: 1012 })
    expect(server.tide.connectionCount).toBe(0)
  })

  test.each([
    ['a stream', '', { Accept: 'text/event-stream' }],
    ['a poll', '?waitMs=60000', {}],
  ])('P-061 P-074 %s whose body comes too late is sent elsewhere', async (_, query, headers) => {
    await using server = await startServer()
    const late = await beginFrames(server, query, headers)
    const drained = server.tide.drain({ overMs: 0, graceMs: 60_000 })
    expect(await late.finish()).toBe(503)
    await drained
  })

  test('P-061 what streams is told, whatever else comes and goes', async () => {
    await using server = await startServer()
    await using stream = await openFrames(server.port, [subscribe])
    await stream.begin()
    const drained = server.tide.drain({ overMs: 0, graceMs: 0 })
    expect(await stream.frame('drain')).toMatchObject({ reconnectAfterMs: 0 })
    expect(await stream.frame('close')).toMatchObject({ code: 1012 })
    await drained
  })

  test('a drain that is cut short by close() ends, too', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    const drained = server.tide.drain({ overMs: 60_000, graceMs: 60_000 })
    await server.tide.close()
    await drained
    expect(await client.closed()).toMatchObject({ code: 1001 })
  })

  test('a drain of polls that is cut short by close() ends with them', async () => {
    await using server = await startServer()
    const options = { query: '?waitMs=60000', headers: ofOneLink }
    const polls = [1, 2].map(() => askFrames(server.port, [subscribe], options))
    await until(() => server.tide.connectionCount === 2)
    let isOver = false
    void server.tide.drain({ overMs: 60_000, graceMs: 60_000 }).then(() => {
      isOver = true
    })
    await server.tide.close()
    await turns()
    expect(isOver).toBe(true)
    for (const poll of polls) expect((await poll).status).toBe(200)
  })

  test('a second drain takes the place of the first', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    const first = server.tide.drain({ overMs: 0, graceMs: 60_000 })
    await server.tide.drain({ overMs: 0, graceMs: 0 })
    await first
    expect(await client.closed()).toMatchObject({ code: 1012 })
  })

  test('a drain of nobody is over at once', async () => {
    await using server = await startServer()
    await server.tide.drain()
    expect(server.tide.isDraining).toBe(true)
  })

  test.each([{ overMs: -1 }, { graceMs: Number.NaN }])('refuses the times %o', async (times) => {
    await using server = await startServer()
    await expect(server.tide.drain(times)).rejects.toThrow(TypeError)
    expect(server.tide.isDraining).toBe(false)
  })
})

/** Sends the head of a request of frames, and half of its body. */
async function beginFrames(server: TestServer, query: string, headers: object) {
  const body = JSON.stringify(subscribe)
  const request = openRequest({
    host: '127.0.0.1',
    port: server.port,
    path: `${framesPath}${query}`,
    method: 'POST',
    agent: false,
    headers: { ...ndjson, ...headers },
  })
  const asked = once(server.http, 'request')
  request.write(body.slice(0, 5))
  await asked
  await turns()
  return {
    /** Sends the other half; the answer is its status. */
    finish(): Promise<number | undefined> {
      return new Promise((resolve, reject) => {
        request.once('error', reject)
        request.once('response', (response) => {
          request.destroy()
          resolve(response.statusCode)
        })
        request.end(body.slice(5))
      })
    },
  }
}

/** Lets everything happen that waits for nothing. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
