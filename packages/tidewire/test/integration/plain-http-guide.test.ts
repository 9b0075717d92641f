import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { describe, expect, it, test } from 'vitest'
import { openStream } from '../support/event-stream.ts'
import { freePort } from '../support/free-port.ts'
import { namedBlocks, pasteFolder, readDocument } from '../support/pasted-code.ts'
import { end, untilAnswering } from '../support/pasted-server.ts'
import { complaintsAbout } from '../support/pasted-types.ts'
import { connectRaw } from '../support/raw-client.ts'
import { post, sendHttp } from '../support/send-http.ts'

const blocks = namedBlocks(await readDocument('docs/guide/plain-http.md'))

/**
 * docs/guide/plain-http.md promises mountings that suit whatever an application
 * has before them: here they get a page of their own, and what usually harms.
 */
const applications = {
  plain: '',
  express: `
    // What 'cors' and 'compression' do to an answer.
    app.use((request, response, next) => {
      response.setHeader('Access-Control-Allow-Origin', '*')
      if (request.method === 'OPTIONS') return void response.status(204).end()
      response.write = () => true
      next()
    })
    app.use(express.text({ type: '*/*' }))
    app.get('/hello', (_request, response) => void response.send('hello'))`,
  fastify: `
    app.addHook('onRequest', async (request, reply) => {
      reply.header('Access-Control-Allow-Origin', '*')
      if (request.method === 'OPTIONS') return reply.code(204).send()
    })
    app.get('/hello', () => 'hello')`,
  hono: `
    app.use(cors(), compress())
    app.get('/hello', (context) => context.text('hello'))`,
}

test('what the guide shows compiles where types are strict', { timeout: 60_000 }, async () => {
  expect([...blocks.keys()]).toEqual(['tide', ...Object.keys(applications), 'follow'])
  expect(await complaintsAbout(blocks)).toBe('')
})

describe.each(Object.entries(applications))('plain HTTP in front of %s', (name, application) => {
  it('does all it does, whatever comes before in the application', async () => {
    await using server = await startMounted(name, application)
    const { port } = server
    const path = '/api/channels/chat:a'
    const posted = await post(port, `${path}/messages`, { text: 'é' })
    expect([posted.status, posted.json().position.offset]).toEqual([200, 1])
    await using stream = await (await openStream(port, `${path}/events?last=1`)).begin()
    expect(await stream.payloads(1)).toEqual([{ text: 'é' }])
    const frame = { type: 'publish', id: 1, channel: 'chat:a', payload: 'by frame' }
    const headers = { 'Content-Type': 'application/x-ndjson' }
    const body = JSON.stringify(frame)
    const framed = await sendHttp(port, '/api/frames', { method: 'POST', headers, body })
    expect(framed.text).toContain('"type":"ack","id":1')
    expect(await stream.payloads(1)).toEqual(['by frame'])
    const { headers: preflight } = await sendHttp(port, `${path}/messages`, { method: 'OPTIONS' })
    expect(preflight['allow']).toContain('POST')
    await using client = await connectRaw(`ws://127.0.0.1:${port}/ws`)
    expect(await client.ask({ type: 'subscribe', id: 1, channel: 'chat:a' })).toMatchObject({
      type: 'ack',
    })
    const hello = await sendHttp(port, '/hello')
    expect([hello.status, hello.text]).toEqual(application === '' ? [404, ''] : [200, 'hello'])
    expect(await server.complaints()).toBe('')
  })
})

/** Runs a block of the guide, with more in its application, on a port of its own. */
async function startMounted(name: string, application: string) {
  const folder = await pasteFolder()
  const port = await freePort()
  const code = String(blocks.get(name))
    .replace('3000', String(port))
    .replace(/^const app = (?:\w+\(\)|.*?^\}\))$/ms, (app) => `${app}${application}`)
  await folder.paste('tide', String(blocks.get('tide')))
  const file = await folder.paste(name, `${middleware}${code}`)
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const complaints = text(child.stderr)
  await untilAnswering(child, port)
  const stop = () => end(child)
  return {
    port,
    /** What it has written to the console, when it has ended. */
    async complaints(): Promise<string> {
      await stop()
      return complaints
    },
    async [Symbol.asyncDispose]() {
      await stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const middleware = `import { compress } from 'hono/compress'\nimport { cors } from 'hono/cors'\n`
