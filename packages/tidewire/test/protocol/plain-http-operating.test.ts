import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStream } from '../support/event-stream.ts'
import {
  backendKey,
  bearer,
  bearerUsers,
  type HttpServer,
  startHttpServer,
} from '../support/http-server.ts'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { post, sendHttp } from '../support/send-http.ts'
import { until } from '../support/until.ts'

describe('operating a node over plain HTTP', () => {
  let server: HttpServer
  let answerPermission: (isAllowed: boolean) => void
  const operator = backendKey(['connections', 'disconnect', 'read'], { id: 'operator' })
  const narrow = backendKey(['read'], { id: 'narrow', channels: ['log:{name}'] })

  beforeAll(async () => {
    const asked = new Promise<boolean>((resolve) => {
      answerPermission = resolve
    })
    server = await startHttpServer({
      auth: bearerUsers,
      apiKeys: [operator.key, narrow.key],
      channels: { ...openChannels, asked: { publish: 'anyone', canPublish: () => asked } },
    })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const get = (path: string, headers = operator.headers) => sendHttp(server.port, path, { headers })

  test('P-072 connections are listed without a secret, single requests are not', async () => {
    await using client = await connectRaw(server.url, { headers: bearer('ada') })
    await client.ask({ type: 'subscribe', id: 1, channel: 'room:a' })
    await using _stream = await (
      await openStream(server.port, '/api/channels/log:a/events')
    ).begin()
    // One that is on its way while the list is made.
    const posting = post(server.port, '/api/channels/asked/messages', 1)
    await until(() => server.tide.connectionCount === 3)
    const reply = await get('/api/connections')
    answerPermission(true)
    expect((await posting).status).toBe(200)
    const { connections, next } = reply.json()
    expect(next).toBeNull()
    expect(connections).toHaveLength(2)
    expect(connections).toContainEqual({
      connectionId: client.hello.connectionId,
      userId: 'ada',
      transport: 'websocket',
      remoteAddress: expect.stringContaining('127.0.0.1'),
      channels: ['room:a'],
    })
    expect(connections).toContainEqual(
      expect.objectContaining({ userId: null, transport: 'sse', channels: ['log:a'] }),
    )
    expect(reply.text).not.toContain('token-of')
  })

  test('P-072 lists come in pages, all of it once', async () => {
    await using one = await connectRaw(server.url)
    await using two = await connectRaw(server.url)
    await using three = await connectRaw(server.url)
    await until(() => server.tide.connectionCount === 3)
    const seen: string[] = []
    let after: string | null = ''
    while (after !== null) {
      const page = (await get(`/api/connections?limit=2&after=${after}`)).json()
      for (const { connectionId } of page.connections) seen.push(connectionId)
      after = page.next
    }
    const ids = [one, two, three].map(({ hello }) => hello.connectionId)
    expect(seen).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)))
  })

  test('P-072 channels that are read are listed, those the key may read', async () => {
    await server.tide.publish('log:listed', 1)
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:listed' })
    await client.ask({ type: 'subscribe', id: 2, channel: 'room:listed' })
    const log = {
      channel: 'log:listed',
      pattern: 'log:{name}',
      readers: 1,
      position: { epoch: expect.any(String), offset: 1 },
    }
    const room = {
      channel: 'room:listed',
      pattern: 'room:{name}',
      readers: 1,
      position: null,
    }
    expect((await get('/api/channels')).json()).toEqual({ channels: [log, room], next: null })
    expect((await get('/api/channels', narrow.headers)).json().channels).toEqual([log])
    expect((await get('/api/channels?limit=1')).json()).toEqual({
      channels: [log],
      next: 'log:listed',
    })
  })

  test('P-072 a user is disconnected, wherever it is connected', async () => {
    await using client = await connectRaw(server.url, { headers: bearer('eve') })
    const path = '/api/channels/room:a/events'
    await using stream = await (await openStream(server.port, path, bearer('eve'))).begin()
    await using other = await connectRaw(server.url, { headers: bearer('bob') })
    const reply = await sendHttp(server.port, '/api/users/eve/disconnect', {
      method: 'POST',
      headers: operator.headers,
    })
    expect(reply.json()).toEqual({ disconnected: 2 })
    expect((await client.closed()).code).toBe(4006)
    expect((await stream.next('close')).data.code).toBe(4006)
    await other.expectSilence()
  })

  test.each([
    ['GET', '/api/connections'],
    ['GET', '/api/channels'],
    ['GET', '/api/asyncapi.json'],
    ['POST', '/api/users/ada/disconnect'],
  ])('P-072 %s %s is for backends only', async (method, path) => {
    for (const headers of [{}, bearer('ada')]) {
      const reply = await sendHttp(server.port, path, { method, headers })
      expect([reply.status, reply.json().code]).toEqual([401, 'NOT_AUTHENTICATED'])
    }
  })

  test.each([
    ['GET', '/api/connections'],
    ['POST', '/api/users/ada/disconnect'],
  ])('P-072 %s %s needs its own scope', async (method, path) => {
    const reply = await sendHttp(server.port, path, { method, headers: narrow.headers })
    expect([reply.status, reply.json().code]).toEqual([403, 'FORBIDDEN'])
  })

  test.each(['limit=0', 'limit=-1', 'limit=x'])('P-072 a page of %s is refused', async (query) => {
    expect((await get(`/api/connections?${query}`)).status).toBe(400)
  })

  test('P-073 a node that lives says so, and one that leaves is not ready', async () => {
    const leaving = await startHttpServer()
    for (const path of ['/health', '/ready']) {
      const reply = await sendHttp(leaving.port, path)
      expect([reply.status, reply.json()]).toEqual([200, { status: 'ok' }])
      expect(reply.headers['cache-control']).toBe('no-store')
    }
    await leaving.tide.close()
    for (const path of ['/health', '/ready']) {
      const reply = await sendHttp(leaving.port, path)
      expect([reply.status, reply.json()]).toEqual([503, { status: 'draining' }])
    }
    await leaving[Symbol.asyncDispose]()
  })

  test('P-073 probes are left to an application that has its own', async () => {
    await using own = await startHttpServer({ api: { probes: false } })
    expect(await sendHttp(own.port, '/health')).toMatchObject({ status: 404, text: 'not here' })
  })
})
