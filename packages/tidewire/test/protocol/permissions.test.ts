import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChannelDeclarations } from '../../src/core/channel/options.ts'
import type { Permission } from '../../src/core/channel/permission.ts'
import type { Identity } from '../../src/core/ports/auth.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { startServer, type TestServer } from '../support/start-server.ts'

const isEditor: Permission = ({ user }) => user?.claims?.['role'] === 'editor'
const isEditorLater: Permission = async (request) => isEditor(request)

const channels: ChannelDeclarations = {
  'user:{userId}': { subscribe: 'owner', publish: 'owner', history: { size: 10 } },
  'page:{id}': { subscribe: 'anyone', canPublish: isEditor, history: { size: 100 } },
  'draft:{id}': { canSubscribe: isEditorLater, canPublish: isEditorLater, history: { size: 100 } },
  'open:{id}': { subscribe: 'anyone', history: { size: 10 } },
  'local:{id}': {
    subscribe: 'anyone',
    canSubscribe: ({ connection }) => connection.remoteAddress === '127.0.0.1',
  },
  'own:{room}': { subscribe: 'anyone', canSubscribe: ({ params }) => params['room'] === 'lobby' },
  'broken:{how}': {
    subscribe: 'anyone',
    publish: 'anyone',
    canSubscribe: (request) => failing(request.params['how']),
    canPublish: (request) => failing(request.params['how']),
  },
}

const { logger, lines } = recordingLogger()
let server: TestServer
beforeAll(async () => {
  server = await startServer({
    channels,
    logger,
    limits: { permissionTimeoutMs: 250 },
    auth: { verify: identityOf },
  })
})
afterAll(() => server[Symbol.asyncDispose]())

/** PROTOCOL.md P-028. */
describe('permissions', () => {
  test("P-028 the channel of a user is that user's alone, to read, to write and to look back", async () => {
    await using ada = await connectAs('ada')
    await using bob = await connectAs('bob')
    await using nobody = await connectRaw(server.url)
    const channel = 'user:ada'
    expect(await allowed(ada, channel)).toEqual(['publish', 'history', 'subscribe'])
    expect(await allowed(bob, channel)).toEqual([])
    expect(await allowed(nobody, channel)).toEqual([])
    ada.send({ type: 'publish', channel, payload: 'note' })
    expect(await ada.next('message')).toMatchObject({ payload: 'note', from: 'ada' })
  })

  test.each(['user:Ada', 'user:ad', 'user:adaa', 'user:ada=', 'user:~ada'])(
    'P-028 %s is not the channel of ada',
    async (channel) => {
      await using ada = await connectAs('ada')
      expect(await allowed(ada, channel)).toEqual([])
    },
  )

  test('P-028 a user whose id fits into no channel name owns none', async () => {
    await using client = await connectAs('a:b')
    for (const channel of ['user:a', 'user:b', 'user:a=b']) {
      expect(await allowed(client, channel)).toEqual([])
    }
    const ask = { type: 'subscribe', id: 1, channel: 'user:a:b' }
    expect(await client.ask(ask)).toMatchObject({ code: 'FORBIDDEN' })
  })

  test.each(['page:1', 'draft:1'])(
    'P-028 %s is written by those its permission allows, at once or later',
    async (channel) => {
      await using editor = await connectAs('ada/editor')
      await using guest = await connectAs('bob/guest')
      await using nobody = await connectRaw(server.url)
      expect(await allowed(editor, channel)).toContain('publish')
      expect(await allowed(guest, channel)).not.toContain('publish')
      expect(await allowed(nobody, channel)).not.toContain('publish')
    },
  )

  test('P-028 a channel is read, and its history, by those its permission allows', async () => {
    await using editor = await connectAs('ada/editor')
    await using guest = await connectAs('bob/guest')
    expect(await allowed(editor, 'draft:2')).toEqual(['publish', 'history', 'subscribe'])
    expect(await allowed(guest, 'draft:2')).toEqual([])
    expect(await allowed(guest, 'page:2')).toEqual(['history', 'subscribe'])
  })

  test('P-028 a permission knows the params of the name and the address of the client', async () => {
    await using client = await connectRaw(server.url)
    expect(await allowed(client, 'own:lobby')).toContain('subscribe')
    expect(await allowed(client, 'own:cellar')).toEqual([])
    expect(await allowed(client, 'local:1')).toContain('subscribe')
  })

  test.each(['throws', 'rejects', 'hangs', 'lies'])(
    'P-028 a permission that %s: FORBIDDEN, the cause is for the log, and everybody goes on',
    async (how) => {
      await using client = await connectRaw(server.url)
      const channel = `broken:${how}`
      for (const type of ['subscribe', 'publish', 'history']) {
        const answer = await client.ask({ type, id: type, channel, payload: 1 })
        expect(answer).toEqual({
          type: 'error',
          id: type,
          code: 'FORBIDDEN',
          message: expect.not.stringContaining('secret'),
        })
      }
      const told = lines.filter((line) => line.includes(`'${channel}'`))
      expect(told.map((line) => line.slice(0, 25))).toEqual(
        Array(3).fill('error a permission failed'),
      )
      expect(await allowed(client, 'open:1')).toEqual(['history', 'subscribe'])
    },
  )

  test('P-023 events of a connection keep their order while a permission is asked for each', async () => {
    await using editor = await connectAs('ada/editor')
    await using reader = await connectAs('eve/editor')
    await reader.ask({ type: 'subscribe', id: 1, channel: 'draft:order' })
    const payloads = Array.from({ length: 64 }, (_, index) => index)
    editor.send(payloads.map((payload) => ({ type: 'publish', channel: 'draft:order', payload })))
    expect(await payloadsOf(reader, payloads.length)).toEqual(payloads)
  })

  test('P-021 who subscribes and publishes in one breath gets its own event, asked for both', async () => {
    await using editor = await connectAs('ada/editor')
    editor.send([
      { type: 'subscribe', id: 1, channel: 'draft:breath' },
      { type: 'publish', channel: 'draft:breath', payload: 'mine' },
    ])
    expect(await editor.next('ack')).toMatchObject({ id: 1 })
    expect(await editor.next('message')).toMatchObject({ payload: 'mine' })
  })

  test('P-020 an unsubscribe overtakes a subscribe that waits for its permission', async () => {
    await using client = await connectRaw(server.url)
    const channel = 'broken:hangs'
    client.send([
      { type: 'subscribe', id: 1, channel },
      { type: 'subscribe', id: 2, channel },
      { type: 'unsubscribe', id: 3, channel },
    ])
    expect(await client.next()).toMatchObject({ id: 2, code: 'ALREADY_SUBSCRIBED' })
    expect(await client.next()).toMatchObject({ type: 'ack', id: 3 })
    expect(await client.next()).toMatchObject({ id: 1, code: 'NOT_SUBSCRIBED' })
  })

  test('P-010 after a renewal each subscription is asked about; the others go on without a gap', async () => {
    await using ada = await connectAs('ada/editor')
    const names = ['draft:renewed', 'open:renewed', 'user:ada']
    for (const channel of names) await ada.ask({ type: 'subscribe', id: channel, channel })
    ada.send({ type: 'auth', token: 'ada/guest' })
    await ada.next('auth_ack')
    expect(await ada.next('unsubscribed')).toEqual({
      type: 'unsubscribed',
      channel: 'draft:renewed',
      code: 'FORBIDDEN',
      message: expect.any(String),
    })
    for (const channel of names) await server.tide.publish(channel, 'after')
    expect(await ada.next('message')).toMatchObject({ channel: 'open:renewed', payload: 'after' })
    expect(await ada.next('message')).toMatchObject({ channel: 'user:ada', payload: 'after' })
    await ada.expectSilence()
  })
})

/** `ada/editor` is Ada, an editor. */
function identityOf(token: string): Identity {
  const [userId = '', role] = token.split('/')
  return { userId, claims: { role } }
}

function failing(how: string | undefined): boolean | Promise<boolean> {
  if (how === 'throws') throw new Error('secret')
  if (how === 'rejects') return Promise.reject(new Error('secret'))
  if (how === 'hangs') return new Promise(() => undefined)
  // What a program without types may answer.
  return 'yes' as unknown as boolean
}

async function connectAs(token: string): Promise<RawClient> {
  const client = await connectRaw(server.url)
  await client.ask({ type: 'auth', token })
  return client
}

/** Which of the things one can do on a channel this client may do. */
async function allowed(client: RawClient, channel: string): Promise<readonly string[]> {
  const done: string[] = []
  // To subscribe comes last: what was published before is not delivered.
  for (const type of ['publish', 'history', 'subscribe']) {
    client.send({ type, id: type, channel, payload: 'a' })
    const answer = await client.next()
    const code = answer.type === 'error' ? answer.code : null
    expect([null, 'FORBIDDEN', 'NO_HISTORY']).toContain(code)
    if (code === null) done.push(type)
  }
  return done
}

async function payloadsOf(client: RawClient, count: number): Promise<readonly unknown[]> {
  const payloads: unknown[] = []
  while (payloads.length < count) {
    const frame = await client.next()
    if (frame.type === 'message') payloads.push(frame.payload)
    if (frame.type === 'batch') payloads.push(...frame.events.map(({ payload }) => payload))
  }
  return payloads
}
