import { describe, expect, test } from 'vitest'
import type { ChannelDeclarations } from '../../src/core/channel/options.ts'
import type { Permission } from '../../src/core/channel/permission.ts'
import { namedUsers } from '../support/open-channels.ts'
import type { RawClient } from '../support/raw-client.ts'
import { besiege, withoutRates } from './harness/besiege.ts'
import { failures } from './harness/failures.ts'
import { mebibyte } from './harness/memory.ts'

/** Permissions that do not say yes. */
const refusing: Readonly<Record<string, Permission>> = {
  'says no': () => false,
  'says no later': () => Promise.resolve(false),
  ...failures,
  // What is not a boolean is the application's mistake, whatever its types say.
  'answers with a row of its database': () => ({ id: 1 }) as never,
  'answers nothing': () => undefined as never,
}
const names = Object.keys(refusing)

function channelOf(name: string): string {
  return `may:${name.replaceAll(' ', '-')}`
}

function declared(
  right: 'canSubscribe' | 'canPublish',
): readonly (readonly [string, ChannelDeclarations[string]])[] {
  return Object.entries(refusing).map(([name, can]) => [
    channelOf(name),
    { subscribe: 'anyone', publish: 'anyone', history: { size: 10 }, [right]: can },
  ])
}

describe('permissions to subscribe', () => {
  const siege = besiege({
    channels: Object.fromEntries(declared('canSubscribe')),
    limits: { permissionTimeoutMs: 50 },
  })

  test.each(names)(
    'row 28: a canSubscribe that %s is FORBIDDEN and no word of why',
    async (name) => {
      const channel = channelOf(name)
      for (const frame of [
        { type: 'subscribe', id: 1, channel, last: 1 },
        { type: 'history', id: 1, channel },
      ]) {
        const answer = await siege.answerTo(frame)
        expect(answer).toMatchObject({ id: 1, code: 'FORBIDDEN' })
        expect(JSON.stringify(answer)).not.toContain('hunter2')
      }
    },
  )

  test('row 28: who unsubscribes or leaves while it never settles leaves nothing behind', async () => {
    const channel = channelOf('never settles')
    for (let count = 0; count < 20; count += 1) {
      await using client = await siege.connect()
      client.send({ type: 'subscribe', id: 1, channel })
      client.send({ type: 'unsubscribe', id: 2, channel })
    }
  })
})

describe('permissions to publish', () => {
  const siege = besiege({
    channels: {
      ...Object.fromEntries(declared('canPublish')),
      'board:{name}': {
        subscribe: 'anyone',
        publish: 'authenticated',
        canPublish: ({ user, params }) => user?.userId === params['name'],
      },
      'inbox:{userId}': { subscribe: 'owner', publish: 'owner' },
    },
    auth: namedUsers,
    limits: { permissionTimeoutMs: 50 },
  })
  const as = async (name: string): Promise<RawClient> => {
    const client = await siege.connect()
    await client.ask({ type: 'auth', token: `token of ${name}` })
    return client
  }

  test.each(names)(
    'row 28: a canPublish that %s is FORBIDDEN and nothing is stored',
    async (name) => {
      const channel = channelOf(name)
      const answer = await siege.answerTo({ type: 'publish', id: 1, channel, payload: 1 })
      expect(answer).toMatchObject({ id: 1, code: 'FORBIDDEN' })
      expect(JSON.stringify(answer)).not.toContain('hunter2')
      expect(await siege.answerTo({ type: 'history', id: 1, channel })).toMatchObject({
        events: [],
      })
    },
  )

  test('row 16: publishing to what is another one’s is FORBIDDEN', async () => {
    await using ada = await as('ada')
    await using eve = await as('eve')
    const publish = (channel: string) => ({ type: 'publish', id: 1, channel, payload: 1 })
    for (const channel of ['board:ada', 'inbox:ada']) {
      expect(await eve.ask(publish(channel))).toMatchObject({ code: 'FORBIDDEN' })
      expect(await siege.answerTo(publish(channel))).toMatchObject({ code: 'FORBIDDEN' })
      expect(await ada.ask(publish(channel))).toMatchObject({ type: 'ack' })
    }
  })

  test('row 16: reading what is another one’s is FORBIDDEN', async () => {
    await using eve = await as('eve')
    for (const channel of ['inbox:ada', 'inbox:', 'inbox:eve/../ada', 'inbox:EVE']) {
      expect(await eve.ask({ type: 'subscribe', id: 1, channel })).toMatchObject({ type: 'error' })
    }
  })
})

describe('permissions nobody waits for', () => {
  const never: Permission = () => new Promise(() => undefined)
  const siege = besiege({
    channels: { never: { publish: 'anyone', canPublish: never } },
    limits: { ...withoutRates, permissionTimeoutMs: 2_000 },
  })

  test('row 28: what is sent while they never settle is not read beyond a few frames', async () => {
    const before = siege.bytesRead
    const client = await siege.connect()
    for (let count = 0; count < 1_000; count += 1) {
      client.send({ type: 'publish', channel: 'never', payload: 'x'.repeat(20_000) })
    }
    // Turns enough to read all of the 20 MB.
    for (let turns = 0; turns < 300; turns += 1) await siege.witness.expectSilence()
    await client[Symbol.asyncDispose]()
    await siege.expectUnharmed()
    expect(siege.bytesRead - before).toBeLessThan(4 * mebibyte)
  })
})
