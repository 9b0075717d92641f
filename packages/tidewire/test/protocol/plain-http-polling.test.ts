import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, bearerUsers, type HttpServer, startHttpServer } from '../support/http-server.ts'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { type Reply, sendHttp } from '../support/send-http.ts'
import { until } from '../support/until.ts'

const channels = {
  ...openChannels,
  /** The newest value of each name. */
  'value:{name}': { subscribe: 'anyone', delivery: 'latest', conflateKey: 'name' },
} as const

describe('reading and waiting over plain HTTP', () => {
  let server: HttpServer

  beforeAll(async () => {
    server = await startHttpServer({ auth: bearerUsers, channels })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const read = (channel: string, query = '', signal?: AbortSignal): Promise<Reply> =>
    sendHttp(server.port, `/api/channels/${channel}/messages${query}`, {
      ...(signal !== undefined && { signal }),
    })
  const publish = async (channel: string, ...payloads: readonly unknown[]) => {
    let epoch = ''
    for (const payload of payloads) {
      epoch = (await server.tide.publish(channel, payload)).position?.epoch ?? ''
    }
    return epoch
  }
  const payloadsOf = (reply: Reply) =>
    reply.json().events.map(({ payload }: { payload: unknown }) => payload)

  test('P-071 without waitMs the newest kept events are read, as over WebSocket', async () => {
    const epoch = await publish('log:read', 1, 2, 3)
    await using client = await connectRaw(server.url)
    const ack = await client.ask({ type: 'history', id: 1, channel: 'log:read', limit: 2 })
    const reply = await read('log:read', '?limit=2')
    expect(reply.json()).toEqual({
      events: (ack as { events?: unknown }).events,
      position: { epoch, offset: 3 },
      recovered: true,
    })
  })

  test('P-071 pages that are asked for with the position before skip nothing', async () => {
    const epoch = await publish('log:pages', 1, 2, 3, 4, 5)
    const seen: unknown[] = []
    let since = `${epoch}:0`
    for (const count of [2, 2, 1, 0]) {
      const reply = await read('log:pages', `?since=${since}&limit=2`)
      expect(reply.json().recovered).toBe(true)
      expect(payloadsOf(reply)).toHaveLength(count)
      seen.push(...payloadsOf(reply))
      const { position } = reply.json()
      since = `${position.epoch}:${position.offset}`
    }
    expect(seen).toEqual([1, 2, 3, 4, 5])
    expect(since).toBe(`${epoch}:5`)
  })

  test.each([
    ['', 'is read'],
    ['&waitMs=5000', 'is waited for'],
  ])('P-071 what is not kept any more is told, and what is kept %s%s', async (wait) => {
    const channel = `short:told${wait.length}`
    const epoch = await publish(channel, 1, 2, 3, 4, 5)
    const trimmed = await read(channel, `?since=${epoch}:1&limit=2${wait}`)
    expect(trimmed.json()).toMatchObject({
      events: [{ payload: 3 }, { payload: 4 }],
      position: { epoch, offset: 4 },
      recovered: false,
      reason: 'HISTORY_TRIMMED',
    })
    for (const since of ['another:2', `${epoch}:6`]) {
      const changed = await read(channel, `?since=${since}${wait}`)
      expect(changed.json()).toMatchObject({
        events: [{ payload: 3 }, { payload: 4 }, { payload: 5 }],
        position: { epoch, offset: 5 },
        recovered: false,
        reason: 'EPOCH_CHANGED',
      })
    }
  })

  test('P-071 a channel nobody published to is empty and has a position', async () => {
    const { position, ...rest } = (await read('log:empty')).json()
    expect(rest).toEqual({ events: [], recovered: true })
    expect(position).toEqual({ epoch: expect.any(String), offset: 0 })
  })

  test('P-071 a poll answers at once with what came after its position', async () => {
    const epoch = await publish('log:behind', 1, 2, 3)
    const reply = await read('log:behind', `?since=${epoch}:1&waitMs=20000`)
    expect(payloadsOf(reply)).toEqual([2, 3])
    expect(reply.json().position).toEqual({ epoch, offset: 3 })
  })

  test('P-071 a poll gives no more than limit and goes on after it', async () => {
    const epoch = await publish('log:limit', 1, 2, 3, 4, 5)
    const reply = await read('log:limit', `?since=${epoch}:0&waitMs=20000&limit=2`)
    expect(reply.json()).toMatchObject({
      events: [{ offset: 1 }, { offset: 2 }],
      position: { epoch, offset: 2 },
      recovered: true,
    })
  })

  test('P-071 a poll waits for the next event, and gathers what comes with it', async () => {
    const epoch = await publish('log:wait', 1)
    const polling = read('log:wait', `?since=${epoch}:1&waitMs=20000`)
    await until(() => server.tide.connectionCount === 1)
    await Promise.all([publish('log:wait', 2), publish('log:wait', 3)])
    const reply = await polling
    expect(payloadsOf(reply)).toEqual([2, 3])
    expect(reply.json()).toMatchObject({ position: { epoch, offset: 3 }, recovered: true })
  })

  test('P-071 polls one after the other miss nothing of what is published between them', async () => {
    const epoch = await publish('log:chain', 0)
    const publishing = (async () => {
      for (let number = 1; number <= 50; number += 1) {
        await publish('log:chain', number)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const seen: unknown[] = []
    let since = `${epoch}:1`
    while (seen.length < 50) {
      const reply = await read('log:chain', `?since=${since}&waitMs=20000&limit=7`)
      expect(reply.json().recovered).toBe(true)
      seen.push(...payloadsOf(reply))
      since = `${epoch}:${reply.json().position.offset}`
    }
    await publishing
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  })

  test('P-071 a poll that nothing comes to answers with where to ask next', async () => {
    const epoch = await publish('log:quiet', 1)
    const fresh = await read('log:quiet', '?waitMs=1')
    expect(fresh.json()).toEqual({ events: [], position: { epoch, offset: 1 }, recovered: true })
    const again = await read('log:quiet', `?since=${epoch}:1&waitMs=1`)
    expect(again.json()).toEqual(fresh.json())
  })

  test('P-071 a channel without history is waited for, but not read', async () => {
    const refused = await read('room:live')
    expect([refused.status, refused.json().code]).toEqual([409, 'NO_HISTORY'])
    const polling = read('room:live', '?waitMs=20000&limit=1')
    await until(() => server.tide.connectionCount === 1)
    await Promise.all([publish('room:live', 1), publish('room:live', 2)])
    // What would be left out now would never come.
    expect((await polling).json()).toMatchObject({
      events: [{ payload: 1 }, { payload: 2 }],
      position: null,
      recovered: true,
    })
    const since = await read('room:live', '?since=e:1&waitMs=20000')
    expect(since.json()).toEqual({
      events: [],
      position: null,
      recovered: false,
      reason: 'NO_HISTORY',
    })
  })

  test('P-071 of a channel of values a poll gets the newest', async () => {
    const of = (name: string, value: number) => ({ name, value })
    const epoch = await publish('value:a', of('x', 1), of('x', 2), of('y', 1), of('x', 3))
    const all = await read('value:a', '?waitMs=20000')
    expect(payloadsOf(all)).toEqual([of('y', 1), of('x', 3)])
    const changed = await read('value:a', `?since=${epoch}:3&waitMs=20000`)
    expect(payloadsOf(changed)).toEqual([of('x', 3)])
    expect(changed.json().recovered).toBe(true)
  })

  test('P-071 many polls of one channel get the same text', async () => {
    const epoch = await publish('log:shared', 0)
    const polls = [1, 2, 3].map(() => read('log:shared', `?since=${epoch}:1&waitMs=20000`))
    await until(() => server.tide.connectionCount === 3)
    await publish('log:shared', { text: 'é' })
    const texts = (await Promise.all(polls)).map(({ text }) => text)
    expect(new Set(texts).size).toBe(1)
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({ events: [{ payload: { text: 'é' } }] })
  })

  test('P-071 a client that leaves takes its subscription with it', async () => {
    const leaving = new AbortController()
    const polling = read('log:left', '?waitMs=60000', leaving.signal)
    await until(() => server.tide.connectionCount === 1)
    leaving.abort()
    await expect(polling).rejects.toThrow()
    await until(() => server.tide.connectionCount === 0)
  })

  test('P-071 a user that is disconnected gets no answer but that', async () => {
    const path = '/api/channels/members:a/messages?waitMs=60000'
    const polling = sendHttp(server.port, path, { headers: bearer('eve') })
    await until(() => server.tide.connectionCount === 1)
    server.tide.disconnect({ userId: 'eve' })
    expect((await polling).status).toBe(403)
  })

  test('P-071 a server that stops lets its polls go to another', async () => {
    const stopping = await startHttpServer()
    const path = '/api/channels/log:a/messages?waitMs=60000'
    const polling = sendHttp(stopping.port, path)
    await until(() => stopping.tide.connectionCount === 1)
    const closed = stopping.tide.close()
    const answer = await polling
    expect(answer.json()).toMatchObject({ events: [], recovered: true, position: { offset: 0 } })
    expect(answer.headers['connection']).toBe('close')
    const refused = await sendHttp(stopping.port, path)
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1'])
    await closed
    await stopping[Symbol.asyncDispose]()
  })

  test('P-061 a poll is answered in its slot', async () => {
    await using leaving = await startHttpServer()
    const path = '/api/channels/log:a/messages?waitMs=60000'
    const polling = sendHttp(leaving.port, path)
    await until(() => leaving.tide.connectionCount === 1)
    const drained = leaving.tide.drain({ overMs: 1, graceMs: 60_000 })
    expect((await polling).json()).toMatchObject({ events: [], position: { offset: 0 } })
    await drained
  })

  test.each([
    ['?waitMs=-1'],
    ['?waitMs=1.5'],
    ['?waitMs=soon'],
    ['?waitMs='],
    ['?waitMs=1e3'],
    ['?limit=0'],
    ['?limit=-5'],
    ['?limit=9999999999999999999999'],
    ['?since='],
    ['?since=1'],
    ['?since=e:-1'],
    ['?since=e:9007199254740992'],
    ['?since=e:1,e:2'],
  ])('P-071 %s is told to be wrong', async (query) => {
    const reply = await read('log:a', query)
    expect([reply.status, reply.json().code]).toEqual([400, 'INVALID_FRAME'])
  })

  test('P-071 limit counts as the most there is', async () => {
    expect((await read('log:a', '?limit=100000')).status).toBe(200)
  })

  test.each(['', '&waitMs=20000'])('P-071 what may not be read is FORBIDDEN %s', async (wait) => {
    for (const channel of ['nowhere', 'members:a', 'secret']) {
      const reply = await read(channel, `?limit=1${wait}`)
      expect([reply.status, reply.json().code]).toEqual([403, 'FORBIDDEN'])
    }
  })
})
