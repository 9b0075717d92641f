import { type as arktype } from 'arktype'
import * as valibot from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { backendKey, startHttpServer } from '../support/http-server.ts'
import { sendHttp } from '../support/send-http.ts'

interface Documented {
  readonly operationId: string
  readonly security: readonly object[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, object>>
}

describe('openapi.json', () => {
  it('has every route, each of which is served as it says, and nothing else', async () => {
    await using server = await startHttpServer({
      channels: { 'user:{userId}': {} },
      api: { path: '/v1/live', userChannel: 'user:{userId}' },
    })
    const document = (await sendHttp(server.port, '/v1/live/openapi.json')).json()
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/' }] })
    const routes = Object.entries<Record<string, Documented>>(document.paths).flatMap(
      ([path, operations]) =>
        Object.entries(operations).map(([method, one]) => ({ path, method, ...one })),
    )
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'get /health',
      'get /metrics',
      'get /ready',
      'get /v1/live/asyncapi.json',
      'get /v1/live/channels',
      'get /v1/live/channels/{channel}/events',
      'get /v1/live/channels/{channel}/messages',
      'get /v1/live/connections',
      'get /v1/live/events',
      'get /v1/live/openapi.json',
      'post /v1/live/channels/{channel}/messages',
      'post /v1/live/frames',
      'post /v1/live/users/{userId}/disconnect',
      'post /v1/live/users/{userId}/messages',
    ])
    expect(new Set(routes.map(({ operationId }) => operationId)).size).toBe(routes.length)
    for (const { path, method, responses, requestBody, security } of routes) {
      const target = path.replace('{channel}', 'nowhere').replace('{userId}', 'nobody')
      const reply = await sendHttp(server.port, target, {
        method: method.toUpperCase(),
        ...(requestBody !== undefined && { body: {} }),
      })
      expect(reply.text, target).not.toBe('not here')
      expect(Object.keys(responses), `${target} ${reply.status}`).toContain(String(reply.status))
      if (security.length > 0) expect(Object.keys(responses), target).toContain('500')
      const isOpen = security.length === 0 || security.some((one) => Object.keys(one).length === 0)
      expect(reply.status === 401, target).toBe(!isOpen)
    }
  })

  it('leaves out what is not served', async () => {
    await using server = await startHttpServer({ api: { probes: false } })
    const { paths } = (await sendHttp(server.port, '/api/openapi.json')).json()
    expect(paths).not.toHaveProperty('/health')
    expect(paths).not.toHaveProperty('/api/users/{userId}/messages')
    expect((await sendHttp(server.port, '/api/users/a/messages')).text).toBe('not here')
  })

  it('refers to nothing that is not in it', async () => {
    await using server = await startHttpServer()
    const { text, json } = await sendHttp(server.port, '/api/openapi.json')
    const { schemas } = json().components
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(schemas).toHaveProperty(name)
    }
  })
})

describe('asyncapi.json', () => {
  it('has the channels that are declared and what travels on them', async () => {
    const { key, headers } = backendKey(['read'])
    await using server = await startHttpServer({
      apiKeys: [key],
      channels: {
        'chat:{room}/{thread}': {
          subscribe: 'anyone',
          publish: 'authenticated',
          schema: z.object({ text: z.string().max(100) }),
        },
        ark: { schema: arktype({ n: 'number' }) },
        vali: { schema: valibot.object({ n: valibot.number() }) },
        morph: { schema: z.string().transform((text) => text.length) },
        asked: { subscribe: 'nobody', canPublish: () => true },
        open: {},
      },
    })
    const document = (await sendHttp(server.port, '/api/asyncapi.json', { headers })).json()
    const { channels, operations } = document
    expect(document.asyncapi).toBe('3.1.0')
    expect(channels['1-chat_room_thread_']).toMatchObject({
      address: 'chat:{room}/{thread}',
      parameters: { room: {}, thread: {} },
      messages: {
        event: {
          payload: { type: 'object', properties: { text: { type: 'string', maxLength: 100 } } },
        },
      },
    })
    expect(channels['2-ark'].messages.event.payload).toMatchObject({ type: 'object' })
    expect(channels['3-vali'].messages.event.payload).toEqual({
      description: 'checked by a schema that cannot be told as JSON Schema',
    })
    expect(channels['4-morph'].messages.publish.payload).toMatchObject({ type: 'string' })
    expect(channels['4-morph'].messages.event.payload).not.toHaveProperty('type')
    expect(channels['6-open'].messages.event.payload).toEqual({})
    expect(Object.keys(operations)).toEqual([
      '1-chat_room_thread_.send',
      '1-chat_room_thread_.receive',
      '2-ark.send',
      '3-vali.send',
      '4-morph.send',
      '5-asked.receive',
      '6-open.send',
    ])
    for (const { channel, messages } of Object.values<Operation>(operations)) {
      for (const { $ref } of [channel, ...messages]) expect(found(document, $ref)).toBeDefined()
    }
  })

  it('leaves open what has no JSON Schema, and nothing beside it', async () => {
    const { key, headers } = backendKey(['read'])
    await using server = await startHttpServer({
      apiKeys: [key],
      channels: {
        zod: { schema: z.object({ at: z.date(), size: z.bigint(), text: z.string() }) },
        ark: { schema: arktype({ at: 'Date', text: 'string' }) },
      },
    })
    const { channels } = (await sendHttp(server.port, '/api/asyncapi.json', { headers })).json()
    const told = { at: {}, text: { type: 'string' } }
    for (const side of ['event', 'publish']) {
      expect(channels['1-zod'].messages[side].payload.properties).toEqual({ ...told, size: {} })
      expect(channels['2-ark'].messages[side].payload.properties).toEqual(told)
    }
  })

  it('tells schemas in the draft that AsyncAPI reads', async () => {
    const { key, headers } = backendKey(['read'])
    await using server = await startHttpServer({
      apiKeys: [key],
      channels: {
        zod: { schema: z.tuple([z.string(), z.number()]) },
        ark: { schema: arktype(['string', 'number']) },
      },
    })
    const { channels } = (await sendHttp(server.port, '/api/asyncapi.json', { headers })).json()
    for (const name of ['1-zod', '2-ark']) {
      expect(channels[name].messages.event.payload).toMatchObject({
        $schema: 'http://json-schema.org/draft-07/schema#',
        items: [{ type: 'string' }, { type: 'number' }],
      })
    }
  })
})

interface Operation {
  readonly channel: Reference
  readonly messages: readonly Reference[]
}

interface Reference {
  readonly $ref: string
}

function found(document: unknown, ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
      document,
    )
}
