import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { method } from '../../src/core/methods.ts'
import { namedUsers } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { startServer, type TestServer } from '../support/start-server.ts'

const methods = {
  sum: method({
    input: z.object({ a: z.number(), b: z.number() }),
    access: 'anyone',
    handle: ({ a, b }) => a + b,
  }),
  undecided: method({
    input: z.any().refine(() => new Promise<boolean>(() => undefined)),
    access: 'anyone',
    handle: () => 'never',
  }),
  echo: method({ access: 'anyone', handle: async (input) => ({ input }) }),
  nothing: method({ access: 'anyone', handle: () => undefined }),
  whoami: method({ handle: (_input, { userId }) => userId }),
  caller: method({ access: 'anyone', handle: (_input, caller) => caller }),
  inner: method({ access: 'nobody', handle: () => 'never' }),
  throws: method({ access: 'anyone', handle: () => fail() }),
  rejects: method({
    access: 'anyone',
    handle: () => Promise.reject(new Error('the database is down')),
  }),
  unspeakable: method({ access: 'anyone', handle: () => 10n }),
  hangs: method({ access: 'anyone', handle: () => new Promise(() => undefined) }),
}

function fail(): never {
  throw new Error('the database is down')
}

const { logger, lines } = recordingLogger()
const limits = { callTimeoutMs: 50, permissionTimeoutMs: 50 }
let server: TestServer
beforeAll(async () => {
  server = await startServer({ methods, auth: namedUsers, logger, limits })
})
beforeEach(() => {
  lines.length = 0
})
afterAll(() => server[Symbol.asyncDispose]())

const call = (name: string, payload?: unknown) => ({
  type: 'call',
  id: 'c',
  method: name,
  ...(payload !== undefined && { payload }),
})

/** PROTOCOL.md P-024 and P-052. */
describe('calling', () => {
  test('P-024 a handler knows who calls, and that it is nobody', async () => {
    await using client = await connectRaw(server.url)
    const { connectionId } = client.hello
    expect(await client.ask(call('caller'))).toMatchObject({
      payload: { connectionId, user: null, userId: null },
    })
    await client.ask({ type: 'auth', token: 'token of ada' })
    expect(await client.ask(call('caller'))).toMatchObject({
      payload: { connectionId, user: { userId: 'ada' }, userId: 'ada' },
    })
  })

  test.each([
    ['sum', { a: 1, b: 2 }, 3],
    ['echo', [1, { two: null }], { input: [1, { two: null }] }],
    ['echo', undefined, { input: null }],
    ['nothing', 1, null],
  ])('P-024 %s of %j answers %j', async (name, payload, result) => {
    await using client = await connectRaw(server.url)
    const answer = await client.ask(call(name, payload))
    expect(answer).toEqual({ type: 'result', id: 'c', payload: result })
  })

  test('P-024 a method knows who calls, and is for known users unless told otherwise', async () => {
    await using client = await connectRaw(server.url)
    expect(await client.ask(call('whoami'))).toMatchObject({ id: 'c', code: 'FORBIDDEN' })
    await client.ask({ type: 'auth', token: 'token of ada' })
    expect(await client.ask(call('whoami'))).toMatchObject({ type: 'result', payload: 'ada' })
    expect(await client.ask(call('inner'))).toMatchObject({ code: 'FORBIDDEN' })
  })

  test.each(['rooms.list', 'toString', '__proto__', 'constructor'])(
    'P-024 a method nobody declared, %s: UNKNOWN_METHOD',
    async (name) => {
      await using client = await connectRaw(server.url)
      const answer = await client.ask(call(name))
      expect(answer).toMatchObject({ type: 'error', id: 'c', code: 'UNKNOWN_METHOD' })
    },
  )

  test('P-024 an input that does not fit: INVALID_PAYLOAD with the path', async () => {
    await using client = await connectRaw(server.url)
    const answer = await client.ask(call('sum', { a: 1, b: 'two' }))
    expect(answer).toMatchObject({ id: 'c', code: 'INVALID_PAYLOAD' })
    expect(answer).toHaveProperty('message', expect.stringContaining('payload.b'))
  })

  test('P-024 an input whose schema never settles is answered, and its id is free again', async () => {
    await using client = await connectRaw(server.url)
    for (const _ of ['once', 'and again']) {
      expect(await client.ask(call('undecided'))).toMatchObject({ id: 'c', code: 'INTERNAL' })
    }
  })

  test.each([
    ['no method', {}],
    ['an empty method', { method: '' }],
    ['a method of 129 bytes', { method: 'm'.repeat(129) }],
    ['a method that is no text', { method: ['sum'] }],
  ])('P-024 a call with %s: INVALID_FRAME', async (_, fields) => {
    await using client = await connectRaw(server.url)
    const answer = await client.ask({ type: 'call', id: 1, ...fields })
    expect(answer).toMatchObject({ id: 1, code: 'INVALID_FRAME' })
  })

  test.each([['throws'], ['rejects'], ['unspeakable'], ['hangs']])(
    'P-052 a handler that %s: HANDLER_FAILED, the cause in the log with the connection',
    async (name) => {
      await using client = await connectRaw(server.url)
      await using bystander = await connectRaw(server.url)
      const answer = await client.ask(call(name))
      expect(answer).toMatchObject({ type: 'error', id: 'c', code: 'HANDLER_FAILED' })
      expect(JSON.stringify(answer)).not.toMatch(/database|BigInt|50 ms/)
      const failures = lines.filter((line) => line.startsWith('error'))
      expect(failures).toHaveLength(1)
      expect(failures[0]).toContain(client.hello.connectionId)
      expect(failures[0]).toMatch(/database|BigInt|50 ms/)
      await client.expectSilence()
      await bystander.expectSilence()
    },
  )
})
