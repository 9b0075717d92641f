import { once } from 'node:events'
import { createServer } from 'node:http'
import express from 'express'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTidewire } from '../../src/node/index.ts'
import { HeldPermission } from '../engine/held-permission.ts'
import { openByteSocket } from '../support/byte-socket.ts'
import { askFrames, framesPath, ndjson, openFrames } from '../support/frame-request.ts'
import { type HttpServer, startHttpServer } from '../support/http-server.ts'
import { noRate } from '../support/no-rate.ts'
import { openChannels } from '../support/open-channels.ts'
import { sendHttp } from '../support/send-http.ts'
import { listen, stop } from '../support/start-server.ts'
import { until } from '../support/until.ts'

const maxPayloadBytes = 1_024
const maxBodyBytes = maxPayloadBytes + 64 * 1_024

describe('bad input to frames over HTTP', () => {
  let server: HttpServer
  const held = new HeldPermission()
  const publish = { type: 'publish', id: 1, channel: 'log:a', payload: 1 }

  beforeAll(async () => {
    server = await startHttpServer({
      limits: { ...noRate, maxPayloadBytes, permissionTimeoutMs: 60_000 },
      channels: { ...openChannels, 'held:{name}': { publish: 'anyone', canPublish: held.can } },
    })
  })
  afterAll(() => server[Symbol.asyncDispose]())
  // Whatever came, nothing of it is left, and others are served.
  afterEach(async () => {
    await until(() => server.tide.connectionCount === 0)
    await until(() => /^tidewire_channels 0$/m.test(server.tide.metrics()))
    expect((await askFrames(server.port, [publish])).frames[1]).toMatchObject({ type: 'ack' })
  })

  it.each([
    [{}],
    [{ 'Content-Type': 'text/plain' }],
    [{ 'Content-Type': 'application/x-www-form-urlencoded' }],
    [{ 'Content-Type': 'multipart/form-data; boundary=x' }],
    [{ 'Content-Type': 'application/json' }],
    [{ 'Content-Type': 'application/x-ndjsonp' }],
    [{ 'Content-Type': 'text/plain, application/x-ndjson' }],
    [{ 'Content-Type': 'application/x-ndjson; charset=utf-16' }],
    [{ 'Content-Type': 'application/x-ndjson', 'Content-Encoding': 'gzip' }],
  ])('answers 415 to %j, whose body no form of another page may be', async (headers) => {
    const body = JSON.stringify(publish)
    for (const Accept of ['application/x-ndjson', 'text/event-stream']) {
      const all: Record<string, string> = { ...headers, Accept }
      const options = { method: 'POST', headers: all, body }
      const reply = await sendHttp(server.port, framesPath, options)
      expect([reply.status, reply.json().code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
    }
  })

  it.each(['application/x-ndjson; charset=UTF-8', 'Application/X-NDJSON;charset="utf-8"'])(
    'takes %s',
    async (type) => {
      const { frames } = await askFrames(server.port, [publish], {
        headers: { 'Content-Type': type },
      })
      expect(frames[1]).toMatchObject({ type: 'ack' })
    },
  )

  const lineOf = (bytes: number, id: number): string => {
    const line = (payload: string) => JSON.stringify({ ...publish, id, payload })
    return line('x'.repeat(bytes - line('').length))
  }

  it('takes a line of exactly the limit, and answers 413 to a larger one', async () => {
    expect((await askFrames(server.port, lineOf(maxPayloadBytes, 1))).status).toBe(200)
    const larger = await askFrames(server.port, `${lineOf(100, 1)}\n${lineOf(1_025, 2)}`)
    expect([larger.status, larger.json().code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    // Bytes, not characters.
    const wide = JSON.stringify({ ...publish, payload: 'é'.repeat(500) })
    expect(wide.length).toBeLessThan(maxPayloadBytes)
    expect((await askFrames(server.port, wide)).status).toBe(413)
  })

  it('takes a body of 64 KiB more than a line, and answers 413 to a larger one', async () => {
    const lines = Array.from({ length: 65 }, (_, id) => lineOf(1_023, id)).join('\n')
    const full = `${lines}${'\n'.repeat(maxBodyBytes - lines.length)}`
    expect((await askFrames(server.port, full)).frames).toHaveLength(66)
    const over = await askFrames(server.port, `${full}\n`)
    expect([over.status, over.json().code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  })

  const head = (length: number | 'chunked', query = '') =>
    `POST ${framesPath}${query} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n${
      length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
    }\r\n\r\n`

  it('answers 413 to a length over the limit before there is a body, and to chunks as soon as they are', async () => {
    await using told = await openByteSocket(server.port)
    told.write(head(maxBodyBytes + 1))
    expect(await told.head()).toMatch(/^HTTP\/1.1 413 [\s\S]*Connection: close/)
    await told.ended()
    await using chunked = await openByteSocket(server.port)
    chunked.write(head('chunked'))
    for (let chunk = 0; chunk < 65; chunk += 1) chunked.write(`400\r\n${'\n'.repeat(0x400)}\r\n`)
    chunked.write('1\r\n\n\r\n')
    expect(await chunked.head()).toMatch(/^HTTP\/1.1 413 /)
    await chunked.ended()
  })

  it.each([
    ['invalid UTF-8', [0xff]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a character that was cut', [0xe2, 0x82]],
  ])('answers 400 to %s', async (_, bytes) => {
    const text = JSON.stringify({ ...publish, payload: '?' })
    const [before = '', after = ''] = text.split('?')
    const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])
    const reply = await askFrames(server.port, body)
    expect([reply.status, reply.json().code]).toEqual([400, 'INVALID_PAYLOAD'])
  })

  it.each([
    ['21 letters', 'a'.repeat(21)],
    ['65 letters', 'a'.repeat(65)],
    ['none', ''],
    ['a colon', `link:${'a'.repeat(22)}`],
    ['a space', `${'a'.repeat(22)} b`],
    ['a letter of another alphabet', 'é'.repeat(22)],
    ['two of them', `${'a'.repeat(22)}, ${'b'.repeat(22)}`],
  ])('answers 400 to a Tidewire-Link of %s', async (_, id) => {
    const headers = { 'Tidewire-Link': Buffer.from(id).toString('latin1') }
    const reply = await askFrames(server.port, [publish], { headers })
    expect([reply.status, reply.json().code]).toEqual([400, 'INVALID_FRAME'])
  })

  it.each(['a'.repeat(22), '_-'.repeat(32)])('takes the Tidewire-Link %s', async (id) => {
    const headers = { 'Tidewire-Link': id }
    expect((await askFrames(server.port, [publish], { headers })).status).toBe(200)
  })

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('answers %s with 405', async (method) => {
    const headers = { Accept: 'text/event-stream' }
    const reply = await sendHttp(server.port, framesPath, { method, headers })
    expect([reply.status, reply.headers['allow']]).toEqual([405, 'POST, OPTIONS'])
  })

  it('forgets a client that leaves in the middle of its body', async () => {
    const history = { type: 'history', id: 1, channel: 'log:a', limit: 1 }
    const newest = async () => (await askFrames(server.port, [history])).frames[1].position.offset
    const before = await newest()
    for (const query of ['', '?waitMs=60000']) {
      await using socket = await openByteSocket(server.port)
      const asked = once(server.http, 'request')
      socket.write(`${head(1_000, query)}${JSON.stringify(publish)}\n`)
      await asked
      socket.reset()
      await socket.ended()
    }
    await until(() => server.tide.connectionCount === 0)
    // Nothing of a body that is not whole is handled.
    expect(await newest()).toBe(before)
  })

  it('forgets a client that leaves while it waits, and those behind it on its socket', async () => {
    await using socket = await openByteSocket(server.port)
    const body = JSON.stringify({ type: 'subscribe', id: 1, channel: 'room:a' })
    socket.write(`${head(body.length, '?waitMs=60000')}${body}`.repeat(12))
    await until(() => server.tide.connectionCount === 12)
    socket.reset()
    await until(() => server.tide.connectionCount === 0)
  })

  it('forgets a client that leaves while its answer takes its time', async () => {
    const asked = held.asked.length
    const leaving = new AbortController()
    const message = { ...publish, channel: 'held:a' }
    const asking = askFrames(server.port, [message], { signal: leaving.signal })
    await until(() => held.asked.length > asked)
    leaving.abort()
    await expect(asking).rejects.toThrow()
    await until(() => server.tide.connectionCount === 0)
    held.answer(true)
  })

  it('forgets a stream whose client leaves while hundreds of its lines wait', async () => {
    const asked = held.asked.length
    {
      await using stream = await openFrames(server.port, linesTo('held:b', 500))
      await stream.frame('connected')
      await until(() => held.asked.length > asked)
    }
    await until(() => server.tide.connectionCount === 0)
    const questions = held.asked.length - asked
    // It was not asked about those that came after the connection was asked to wait.
    expect(questions).toBeLessThan(500)
    for (let question = 0; question < questions; question += 1) held.answer(true)
  })

  it.each(['application/x-ndjson', 'text/event-stream'])(
    'answers hundreds of lines in their order, when a permission takes its time (%s)',
    async (accept) => {
      const count = 500
      const answers: unknown[] = []
      let isDone = false
      const reading = (async () => {
        if (accept === 'application/x-ndjson') {
          const { frames } = await askFrames(server.port, linesTo('held:c', count))
          answers.push(...frames.slice(1).map(({ id }) => id))
        } else {
          await using stream = await openFrames(server.port, linesTo('held:c', count))
          await stream.frame('connected')
          while (answers.length < count) answers.push((await stream.frame('ack')).id)
        }
        isDone = true
      })()
      let answered = held.asked.length
      while (!isDone) {
        for (; answered < held.asked.length; answered += 1) held.answer(true)
        await new Promise((resolve) => setImmediate(resolve))
      }
      await reading
      expect(answers).toEqual(Array.from({ length: count }, (_, id) => id))
    },
  )

  it('serves HTTP/1.0', async () => {
    await using socket = await openByteSocket(server.port)
    const body = JSON.stringify(publish)
    const asked = `POST ${framesPath} HTTP/1.0\r\nContent-Type: application/x-ndjson\r\n`
    socket.write(`${asked}Content-Length: ${body.length}\r\n\r\n${body}`)
    expect(await socket.rest()).toMatch(/^HTTP\/1.1 200 [\s\S]*"type":"ack"[^\n]*$/)
    await using stream = await openByteSocket(server.port)
    stream.write(`${asked}Accept: text/event-stream\r\nContent-Length: 0\r\n\r\n`)
    expect(await stream.head()).not.toMatch(/transfer-encoding/i)
    stream.reset()
  })

  it('takes a body that a parser has read as text, and not one that it has read as a value', async () => {
    await using tide = createTidewire({ channels: openChannels, limits: { maxPayloadBytes } })
    const app = express()
    app.use(express.text({ type: 'application/x-ndjson' }), tide.httpHandler())
    const http = createServer(app)
    const port = await listen(http)
    const { frames } = await askFrames(port, [publish, { ...publish, id: 2 }])
    expect(frames.slice(1)).toMatchObject([{ id: 1 }, { id: 2 }])
    expect((await askFrames(port, JSON.stringify('a text'))).status).toBe(400)
    expect((await askFrames(port, `"${'x'.repeat(maxBodyBytes)}"`)).status).toBe(413)
    await tide.close()
    await stop(http)
  })

  const linesTo = (channel: string, count: number): readonly object[] =>
    Array.from({ length: count }, (_, id) => ({ ...publish, id, channel }))
})

describe('pages of other origins', () => {
  const page = { Origin: 'https://app.example' }

  it('are told by a preflight what they may send with frames', async () => {
    await using server = await startHttpServer({ origins: ['https://app.example'] })
    const ask = (origin: string) =>
      sendHttp(server.port, framesPath, {
        method: 'OPTIONS',
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'content-type,tidewire-link',
        },
      })
    const listed = await ask('https://app.example')
    expect([listed.status, listed.headers]).toMatchObject([
      204,
      {
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-methods': 'POST, OPTIONS',
        'access-control-allow-headers': expect.stringMatching(/Content-Type.*Tidewire-Link/),
      },
    ])
    const other = await ask('https://evil.example')
    expect(other.headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('read a stream, and their answers, where they are listed, and nothing anywhere else', async () => {
    await using server = await startHttpServer({ origins: ['https://app.example'] })
    const allowed = {
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
    }
    await using stream = await openFrames(server.port, [], { headers: page })
    expect(stream.response.headers).toMatchObject(allowed)
    expect((await askFrames(server.port, [], { headers: page })).headers).toMatchObject(allowed)
    for (const accept of ['application/x-ndjson', 'text/event-stream']) {
      const headers = { Origin: 'https://evil.example', Accept: accept }
      const refused = await askFrames(server.port, [], { headers })
      expect([refused.status, refused.json().code]).toEqual([403, 'FORBIDDEN'])
      expect(refused.headers).not.toHaveProperty('access-control-allow-origin')
    }
  })

  it('see the status of a refusal, and when to come back', async () => {
    await using server = await startHttpServer({ origins: ['https://app.example'] })
    const headers = { ...ndjson, ...page }
    const refused = await sendHttp(server.port, framesPath, { method: 'POST', headers, body: '7' })
    expect(refused.status).toBe(400)
    expect(refused.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-expose-headers': 'Retry-After',
    })
  })
})
