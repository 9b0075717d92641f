import { createServer } from 'node:http'
import { type HttpBindings, serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createTidewire, type Tidewire } from '../../src/node/index.ts'
import type { NodeServer } from '../../src/node/upgrades.ts'
import { openStream } from '../support/event-stream.ts'
import { openChannels } from '../support/open-channels.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { post, sendHttp } from '../support/send-http.ts'
import { listen, portOf, stop } from '../support/start-server.ts'

type Tide = Tidewire<typeof openChannels>

/**
 * The ways to mount plain HTTP as the first middleware of all, beside those that
 * docs/guide/plain-http.md shows; each has a page of its own at `/hello`.
 */
const mountings: readonly Mounting[] = [
  {
    name: 'Express',
    start(tide) {
      const app = express()
      app.use(tide.httpHandler())
      app.get('/hello', (_request, response) => void response.send('hello'))
      return running(createServer(app))
    },
  },
  {
    name: 'Express below a mount point and behind a body parser',
    start(tide) {
      const app = express()
      app.use(express.json())
      app.use('/api', tide.httpHandler())
      app.get('/hello', (_request, response) => void response.send('hello'))
      return running(createServer(app))
    },
  },
  {
    name: 'Fastify',
    async start(tide) {
      const app = fastify()
      app.addHook('onRequest', (request, reply, done) => {
        if (tide.handle(request.raw, reply.raw)) reply.hijack()
        else done()
      })
      app.get('/hello', () => 'hello')
      await app.listen({ port: 0, host: '127.0.0.1' })
      return { port: portOf(app.server), end: () => app.close() }
    },
  },
  {
    name: 'Hono',
    async start(tide) {
      const app = new Hono<{ Bindings: HttpBindings }>()
      app.use(async ({ env }, next) => {
        if (tide.handle(env.incoming, env.outgoing)) return RESPONSE_ALREADY_SENT
        return next()
      })
      app.get('/hello', (context) => context.text('hello'))
      const server = await new Promise<NodeServer>((resolve) => {
        const options = { fetch: app.fetch, port: 0, hostname: '127.0.0.1' }
        // `serve` makes an HTTP/1 server unless it is told to make another one.
        const starting = serve(options, () => resolve(starting as NodeServer))
      })
      return { port: portOf(server), end: () => stop(server) }
    },
  },
]

describe.each(mountings)('plain HTTP mounted in $name', ({ start }) => {
  it('publishes, reads and follows, and leaves the rest to the application', async () => {
    await using tide = createTidewire({ channels: openChannels })
    const { port, end } = await start(tide)
    try {
      const path = '/api/channels/log:a'
      const posted = await post(port, `${path}/messages`, { text: 'é' })
      expect([posted.status, posted.json().position.offset]).toEqual([200, 1])
      const read = await sendHttp(port, `${path}/messages`)
      expect(read.json().events).toMatchObject([{ payload: { text: 'é' } }])
      await using stream = await (await openStream(port, `${path}/events`)).begin()
      await tide.publish('log:a', 'live')
      expect(await stream.payloads(1)).toEqual(['live'])
      expect(await sendHttp(port, '/hello')).toMatchObject({ status: 200, text: 'hello' })
    } finally {
      await tide.close()
      await end()
    }
  })
})

describe('below a mount point of Express', () => {
  it('is found by its whole path', async () => {
    await using tide = createTidewire({ channels: openChannels, api: { path: '/rt/api' } })
    const app = express()
    app.use('/rt', tide.httpHandler())
    const { port, end } = await running(createServer(app))
    expect((await post(port, '/rt/api/channels/log:a/messages', 1)).status).toBe(200)
    expect((await post(port, '/api/channels/log:a/messages', 1)).status).toBe(404)
    await end()
  })
})

describe('a body that was read before', () => {
  const path = '/api/channels/log:a/messages'

  it('of which nothing is left is a failure of the server, and the log says whose', async () => {
    const { logger, lines } = recordingLogger()
    await using tide = createTidewire({ channels: openChannels, logger })
    const app = fastify()
    app.post('/api/*', (request, reply) => {
      reply.hijack()
      tide.handle(request.raw, reply.raw)
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const port = portOf(app.server)
    const reply = await post(port, path, { text: 'hi' })
    expect([reply.status, reply.json().code]).toEqual([500, 'INTERNAL'])
    expect(lines.join()).toContain('mount Tidewire earlier')
    await app.close()
  })

  it.each([
    ['no parser', []],
    ['express.json', [express.json()]],
    ['express.raw', [express.raw({ type: 'application/json' })]],
  ])('and was nothing is no JSON, after %s', async (_, parsers) => {
    await using tide = createTidewire({ channels: openChannels })
    const app = express()
    app.use(...parsers, tide.httpHandler())
    const { port, end } = await running(createServer(app))
    const headers = { 'Content-Type': 'application/json', 'Content-Length': '0' }
    const empty = await sendHttp(port, path, { method: 'POST', headers })
    expect([empty.status, empty.json().code]).toEqual([400, 'INVALID_PAYLOAD'])
    expect((await post(port, path, { text: 'hi' })).status).toBe(200)
    const read = await sendHttp(port, path)
    expect(read.json().events).toMatchObject([{ payload: { text: 'hi' } }])
    await end()
  })
})

describe('a body that was parsed before', () => {
  it('is still bounded, and still has to be JSON', async () => {
    await using tide = createTidewire({ channels: openChannels, limits: { maxPayloadBytes: 100 } })
    const app = express()
    app.use(express.json({ strict: false }), express.text())
    app.use(tide.httpHandler())
    const { port, end } = await running(createServer(app))
    const path = '/api/channels/log:a/messages'
    expect((await post(port, path, 'text')).status).toBe(200)
    expect((await post(port, path, 'x'.repeat(200))).status).toBe(413)
    const headers = { 'Content-Type': 'text/plain' }
    const text = await sendHttp(port, path, { method: 'POST', headers, body: '1' })
    expect(text.status).toBe(415)
    await tide.close()
    await end()
  })
})

interface Mounting {
  readonly name: string
  start(tide: Tide): Promise<Running>
}

interface Running {
  readonly port: number
  end(): Promise<void>
}

async function running(server: NodeServer): Promise<Running> {
  return { port: await listen(server), end: () => stop(server) }
}
