import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

const channels = {
  ...openChannels,
  'user:{userId}': { subscribe: 'owner', history: { size: 10 } },
  'hall:{name}': { subscribe: 'anyone', publish: 'anyone', canPublish: () => false },
} as const

describe('publishing over plain HTTP', () => {
  let server: HttpServer
  const writer = backendKey(['publish'], { id: 'writer' })
  const narrow = backendKey(['publish'], { id: 'narrow', channels: ['log:{name}'] })
  const fan = backendKey(['read'], { id: 'fan', channels: ['log:{name}'] })
  const reader = backendKey(['read'], { id: 'reader' })

  beforeAll(async () => {
    server = await startHttpServer({
      auth: bearerUsers,
      channels,
      api: { userChannel: 'user:{userId}' },
      apiKeys: [writer.key, narrow.key, reader.key, fan.key],
    })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const publish = (channel: string, payload: unknown, headers = {}) =>
    post(server.port, `/api/channels/${channel}/messages`, payload, headers)

  test.each([
    ['an object', { text: 'é\u2028"\\' }],
    ['text', 'plain'],
    ['null', null],
    ['a list', [1, [2]]],
    ['an own __proto__', JSON.parse('{"__proto__":{"polluted":true}}')],
  ])('P-072 the body is the payload: %s', async (_, payload) => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:body' })
    const reply = await publish('log:body', payload)
    const message = await client.next('message')
    expect(message.payload).toEqual(payload)
    expect(JSON.stringify(message.payload)).toBe(JSON.stringify(payload))
    expect(reply.status).toBe(200)
    expect(reply.json()).toEqual({
      position: { epoch: expect.any(String), offset: message.offset },
    })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('P-072 a channel without history has no positions', async () => {
    expect((await publish('room:a', 1)).json()).toEqual({ position: null })
  })

  test('P-072 an event of a user is from that user, one of a backend from nobody', async () => {
    await using client = await connectRaw(server.url, { headers: bearer('ada') })
    await client.ask({ type: 'subscribe', id: 1, channel: 'members:a' })
    await publish('members:a', 'hers', bearer('ada'))
    expect(await client.next('message')).toMatchObject({ payload: 'hers', from: 'ada' })
    await publish('members:a', 'ours', writer.headers)
    expect(await client.next('message')).not.toHaveProperty('from')
  })

  test('P-072 Idempotency-Key publishes once, and not twice with different payloads', async () => {
    const key = { 'Idempotency-Key': 'order-17' }
    const first = await publish('log:once', { n: 1 }, key)
    const again = await publish('log:once', { n: 1 }, key)
    expect(again.json()).toEqual({ ...first.json(), duplicate: true })
    const other = await publish('log:once', { n: 2 }, key)
    expect([other.status, other.json().code]).toEqual([409, 'KEY_REUSED'])
    const elsewhere = await publish('log:once-too', { n: 2 }, key)
    expect(elsewhere.json()).not.toHaveProperty('duplicate')
    const kept = await sendHttp(server.port, '/api/channels/log:once/messages')
    expect(kept.json().events).toHaveLength(1)
  })

  test.each([
    ['', 400],
    ['k'.repeat(129), 400],
  ])('P-072 a key that is %j is refused', async (key, status) => {
    const reply = await publish('log:key', 1, { 'Idempotency-Key': key })
    expect([reply.status, reply.json().code]).toEqual([status, 'INVALID_FRAME'])
  })

  test.each([
    ['nowhere', {}, 403, 'FORBIDDEN'],
    ['news', {}, 403, 'FORBIDDEN'],
    ['news', bearer('ada'), 403, 'FORBIDDEN'],
    ['members:a', {}, 403, 'FORBIDDEN'],
    ['hall:a', {}, 403, 'FORBIDDEN'],
    ['', {}, 404, ''],
  ])('P-072 the rules of %j hold for %j: %i', async (channel, headers, status, code) => {
    const reply = await publish(channel, 1, headers)
    expect(reply.status).toBe(status)
    if (code !== '') expect(reply.json().code).toBe(code)
  })

  test('P-072 a backend publishes where users may not, on the channels of its key', async () => {
    for (const channel of ['news', 'secret', 'hall:a', 'members:a']) {
      expect((await publish(channel, 1, writer.headers)).status).toBe(200)
      expect((await publish(channel, 1, narrow.headers)).status).toBe(403)
    }
    expect((await publish('log:a', 1, narrow.headers)).status).toBe(200)
    expect((await publish('nowhere', 1, writer.headers)).status).toBe(403)
  })

  test('P-072 a backend is told whether the channel or its key is wrong, a user is not', async () => {
    const reasonOf = async (channel: string, headers: Readonly<Record<string, string>>) =>
      (await publish(channel, 1, headers)).json().message
    expect(await reasonOf('nowhere', writer.headers)).toBe('no such channel is declared')
    expect(await reasonOf('nowhere', narrow.headers)).toBe('no such channel is declared')
    expect(await reasonOf('news', narrow.headers)).toMatch(/^the API key does not allow this/)
    expect(await reasonOf('nowhere', bearer('ada'))).toBe(await reasonOf('news', bearer('ada')))
    expect(await reasonOf('nowhere', {})).toMatch(/^the rules of the channel/)
    for (const way of ['messages', 'messages?waitMs=9', 'events']) {
      const read = (channel: string) =>
        sendHttp(server.port, `/api/channels/${channel}/${way}`, fan)
      expect((await read('nowhere')).json().message).toBe('no such channel is declared')
      expect((await read('news')).json().message).toMatch(/^the API key does not allow this/)
    }
  })

  test('P-072 a key of another scope is 403, and one that is not known 401', async () => {
    const other = await publish('log:a', 1, reader.headers)
    expect([other.status, other.json().code]).toEqual([403, 'FORBIDDEN'])
    const { id } = writer.key
    const secret = writer.headers.Authorization.slice(`Bearer twk_${id}_`.length)
    for (const token of [
      `twk_${id}_${secret.slice(1)}`,
      `twk_${id}_${secret}x`,
      `twk_nobody_${secret}`,
      `twk_${id}_`,
      'twk_',
      `twk_${writer.key.secretHash}`,
      `twk_${id}_${writer.key.secretHash}`,
    ]) {
      const reply = await publish('log:a', 1, { Authorization: `Bearer ${token}` })
      expect([reply.status, reply.json().code]).toEqual([401, 'INVALID_TOKEN'])
      expect(reply.headers['www-authenticate']).toBe('Bearer error="invalid_token"')
    }
  })

  test('P-072 a message to a user goes to the channel of that user and no other', async () => {
    await using ada = await connectRaw(server.url, { headers: bearer('ada') })
    await ada.ask({ type: 'subscribe', id: 1, channel: 'user:ada' })
    const path = (userId: string) => `/api/users/${encodeURIComponent(userId)}/messages`
    expect((await post(server.port, path('ada'), 'hi', writer.headers)).status).toBe(200)
    expect(await ada.next('message')).toMatchObject({ channel: 'user:ada', payload: 'hi' })
    for (const userId of ['a:b', 'a/b', '../ada', '$&', 'é', '{userId}']) {
      const reply = await post(server.port, path(userId), 'hi', writer.headers)
      expect([reply.status, reply.json().code]).toEqual([400, 'INVALID_CHANNEL'])
    }
    expect((await post(server.port, path('ada'), 'hi')).status).toBe(403)
    await ada.expectSilence()
  })

  test('P-072 limits hold over many requests as over one connection', async () => {
    await using strict = await startHttpServer({
      auth: bearerUsers,
      limits: { userFramesPerSecond: 1 },
    })
    const path = '/api/channels/room:a/messages'
    const asked = Array.from({ length: 10 }, () => post(strict.port, path, 1, bearer('ada')))
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(4)
    const refused = (await Promise.all(asked)).find(({ status }) => status === 429)
    expect(refused?.json().code).toBe('RATE_LIMITED')
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect((await post(strict.port, path, 1, bearer('bob'))).status).toBe(200)
  })

  test('P-072 where a credential is required there is none without', async () => {
    await using required = await startHttpServer({ auth: { ...bearerUsers, mode: 'required' } })
    const path = '/api/channels/room:a/messages'
    const without = await post(required.port, path, 1)
    expect([without.status, without.json().code]).toEqual([401, 'NOT_AUTHENTICATED'])
    expect((await post(required.port, path, 1, bearer('ada'))).status).toBe(200)
  })
})
