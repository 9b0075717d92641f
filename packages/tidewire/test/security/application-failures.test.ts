import { describe, expect, test } from 'vitest'
import type { MethodOptions } from '../../src/core/methods.ts'
import type { AuthOutcome, TokenStrategy } from '../../src/core/ports/auth.ts'
import type { StandardSchema } from '../../src/protocol/standard-schema.ts'
import { openChannels } from '../support/open-channels.ts'
import { besiege, withoutRates } from './harness/besiege.ts'
import { failures, theCause } from './harness/failures.ts'
import { mebibyte } from './harness/memory.ts'

const answerFailures = {
  ...failures,
  'is a thenable that throws': (): Promise<never> =>
    // What an application's library may answer, whatever its types say.
    Object.defineProperty({}, 'then', {
      get() {
        throw new Error(theCause)
      },
    }) as Promise<never>,
}
const names = Object.keys(answerFailures)
// A schema's promise is a real one, or its answer is no result; and it has no timeout of its own.
const { 'never settles': _never, ...prompt } = failures
const schemaFailures = Object.entries(prompt)

describe('methods that fail', () => {
  const answers = {
    'makes what is not JSON': () => ({ value: 10n }),
    'makes a circle': () => {
      const circle: { self?: unknown } = {}
      circle.self = circle
      return circle
    },
    'makes a getter that throws': () => ({
      get value(): never {
        throw new Error(theCause)
      },
    }),
  }
  const handlers = Object.entries({ ...answerFailures, ...answers })
  const siege = besiege({
    limits: { callTimeoutMs: 50 },
    methods: Object.fromEntries(
      handlers.map(([name, handle]): [string, MethodOptions<unknown, unknown>] => [
        name,
        { access: 'anyone', handle },
      ]),
    ),
  })

  test.each(handlers.map(([name]) => name))(
    'row 28: a handler that %s answers HANDLER_FAILED and no word of why',
    async (name) => {
      const answer = await siege.answerTo({ type: 'call', id: 1, method: name })
      expect(answer).toMatchObject({ id: 1, code: 'HANDLER_FAILED' })
      expect(JSON.stringify(answer)).not.toContain('hunter2')
      expect(siege.log).toContain(name)
    },
  )

  test('row 28: a client that leaves before its handler fails leaves nothing behind', async () => {
    for (const name of names) {
      await using client = await siege.connect()
      client.send({ type: 'call', id: 1, method: name })
    }
  })
})

describe('schemas that fail', () => {
  const siege = besiege({
    channels: {
      ...openChannels,
      ...Object.fromEntries(
        schemaFailures.map(([name, fail]) => [
          channelOf(name),
          { subscribe: 'anyone', publish: 'anyone', schema: schemaThat(fail) } as const,
        ]),
      ),
    },
  })

  test.each(schemaFailures.map(([name]) => name))(
    'row 28: a schema that %s answers INTERNAL and no word of why',
    async (name) => {
      const publish = { type: 'publish', id: 1, channel: channelOf(name), payload: 1 }
      const answer = await siege.answerTo(publish)
      expect(answer).toMatchObject({ id: 1, code: 'INTERNAL' })
      expect(JSON.stringify(answer)).not.toContain('hunter2')
    },
  )
})

describe('auth that fails', () => {
  const siege = besiege({
    auth: {
      mode: 'required',
      strategies: [strategyThat('throws'), strategyThat('rejects')],
      verify: (token) => (token === 'witness' ? { userId: token } : null),
    },
    witnessToken: 'witness',
  })

  test.each(['throws', 'rejects'])(
    'row 28: a strategy that %s refuses with 4003, and its cause is in the log only',
    async (name) => {
      await using client = await siege.connect()
      client.send({ type: 'auth', id: 1, token: name })
      const { code, reason } = await client.closed()
      expect(code).toBe(4003)
      expect(reason).not.toContain('hunter2')
      expect(siege.log).toContain(theCause)
    },
  )
})

describe('auth that never answers', () => {
  const siege = besiege({
    auth: {
      mode: 'required',
      strategies: [strategyThat('never settles')],
      verify: (token) => (token === 'witness' ? { userId: token } : null),
    },
    limits: { authTimeoutMs: 1_000 },
    witnessToken: 'witness',
  })

  test('row 28: a strategy that never settles is given up with 4004', async () => {
    await using client = await siege.connect()
    client.send({ type: 'auth', id: 1, token: 'never settles' })
    expect(await client.closed()).toMatchObject({ code: 4004 })
  })

  test('row 28: a renewal that never settles is INVALID_TOKEN, and who was there stays', async () => {
    await using client = await siege.connect()
    await client.ask({ type: 'auth', id: 1, token: 'witness' })
    const answer = await client.ask({ type: 'auth', id: 2, token: 'never settles' })
    expect(answer).toMatchObject({ id: 2, code: 'INVALID_TOKEN' })
    await client.expectSilence()
  })
})

describe('auth that takes its time', () => {
  const siege = besiege({
    auth: { strategies: [strategyThat('never settles')] },
    limits: { ...withoutRates, authTimeoutMs: 2_000 },
  })

  test('row 28: what is sent meanwhile is not read beyond a few frames', async () => {
    const before = siege.bytesRead
    const client = await siege.connect()
    client.send({ type: 'auth', id: 1, token: 'never settles' })
    for (let count = 0; count < 1_000; count += 1) {
      client.send({ type: 'publish', channel: 'room:a', payload: 'x'.repeat(20_000) })
    }
    // Turns enough to read all of the 20 MB.
    for (let turns = 0; turns < 300; turns += 1) await siege.witness.expectSilence()
    await client[Symbol.asyncDispose]()
    await siege.expectUnharmed()
    expect(siege.bytesRead - before).toBeLessThan(4 * mebibyte)
  })
})

/** Fails in one way for the token of that name, and knows no other. */
function strategyThat(name: keyof typeof failures): TokenStrategy {
  const absent: AuthOutcome = { kind: 'absent' }
  return { name, verifyToken: (token) => (token === name ? failures[name]() : absent) }
}

function schemaThat(fail: () => unknown): StandardSchema {
  // A validator that answers with anything but a result breaks its contract on purpose.
  const validate = fail as StandardSchema['~standard']['validate']
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

function channelOf(name: string): string {
  return `broken:${name.replaceAll(' ', '-')}`
}
