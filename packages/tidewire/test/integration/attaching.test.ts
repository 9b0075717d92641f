import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTidewire } from '../../src/node/tidewire.ts'
import { type Application, applications } from '../support/applications.ts'
import { askHttp } from '../support/ask-http.ts'
import { exchange, upgradeRequest } from '../support/byte-socket.ts'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'

describe.each(applications)('attached to $name', ({ start }) => {
  const tide = createTidewire({ channels: openChannels })
  let application: Application
  beforeAll(async () => {
    application = await start()
    tide.attach(application.server)
  })
  afterAll(async () => {
    await tide.close()
    await application.end()
  })

  async function expectConversation(): Promise<void> {
    const { port, ca } = application
    const url = `${ca === undefined ? 'ws' : 'wss'}://127.0.0.1:${port}/ws`
    await using client = await connectRaw(url, ca === undefined ? {} : { ca })
    await client.ask({ type: 'subscribe', id: 1, channel: 'news' })
    await tide.publish('news', 'hello')
    expect(await client.next('message')).toMatchObject({ payload: 'hello' })
  }

  test('P-001 a client is served at /ws', expectConversation)

  test("P-001 the application's own route answers as before", async () => {
    const { port, ca } = application
    expect(await askHttp(port, '/hello', { ca })).toEqual({ status: 200, body: 'hello' })
    await expectConversation()
  })

  test("P-001 an upgrade on another path gets the application's own 404", async () => {
    const { port, ca } = application
    const plain = await askHttp(port, '/elsewhere', { ca })
    const upgrade = await askHttp(port, '/elsewhere', { ca, isUpgrade: true })
    expect(upgrade.status).toBe(404)
    expect(upgrade.body).toBe(plain.body)
    await expectConversation()
  })

  test("P-001 an upgrade on the application's own route gets its answer", async () => {
    const { port, ca } = application
    const answer = await askHttp(port, '/hello', { ca, isUpgrade: true })
    expect(answer).toEqual({ status: 200, body: 'hello' })
  })

  test('P-001 a plain request for the endpoint is left to the application', async () => {
    const { port, ca } = application
    expect(await askHttp(port, '/ws', { ca })).toMatchObject({ status: 404 })
  })

  test.each([
    '//host',
    '//host:99999/ws',
    'http://host:99999/ws',
    'http://[/ws',
    '/%zz',
    '/ws%00',
    '/../ws',
    '*',
    '/?/ws',
    '/#/ws',
  ])('P-001 the request target %s harms nobody', async (target) => {
    const { port, ca } = application
    if (ca === undefined) {
      const request = upgradeRequest({ line: `GET ${target} HTTP/1.1` })
      expect((await exchange(port, request)).status).toBeGreaterThanOrEqual(400)
    } else {
      const answer = await askHttp(port, target, { ca, isUpgrade: true })
      expect(answer.status).toBeGreaterThanOrEqual(400)
    }
    await expectConversation()
  })
})
