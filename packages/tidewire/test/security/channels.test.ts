import { type } from 'arktype'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openChannels } from '../support/open-channels.ts'
import { besiege, withoutRates } from './harness/besiege.ts'
import { heldBytes, mebibyte } from './harness/memory.ts'

describe('channel names', () => {
  const siege = besiege({ channels: { '{any}': { subscribe: 'anyone', publish: 'anyone' } } })

  test.each([
    ['empty', ''],
    ['256 bytes', 'a'.repeat(256)],
    ['a line feed', 'room\n'],
    ['a carriage return', 'room\r\nX: y'],
    ['NUL', 'room\u0000'],
    ['DEL', 'room\u007f'],
    ['..', '..'],
    ['.. inside', 'room/../secret'],
    ['a Cyrillic look-alike', 'rооm'],
    ['a full-width colon', 'room：a'],
    ['a zero-width space', 'room\u200b'],
    ['a combining mark', 'cafe\u0301'],
    ['a lone surrogate', 'room\ud800'],
    ['a wildcard', 'room*'],
    ['a pattern of the server', '{any}'],
    ['no text', 7],
    ['an object', {}],
  ])('row 14: %s is INVALID_CHANNEL, whatever is asked of it', async (_, channel) => {
    for (const frame of [
      { type: 'subscribe', id: 1, channel },
      { type: 'unsubscribe', id: 1, channel },
      { type: 'publish', id: 1, channel, payload: 1 },
      { type: 'history', id: 1, channel },
    ]) {
      expect(await siege.answerTo(frame)).toMatchObject({ id: 1, code: 'INVALID_CHANNEL' })
    }
  })
})

describe('subscribing too much', () => {
  const siege = besiege({ limits: withoutRates })
  const subscribe = (id: number, channel: string) => ({ type: 'subscribe', id, channel })

  test('row 15: a second subscribe is ALREADY_SUBSCRIBED and the first one lives', async () => {
    await using client = await siege.connect()
    await client.ask(subscribe(1, 'room:a'))
    expect(await client.ask(subscribe(2, 'room:a'))).toMatchObject({ code: 'ALREADY_SUBSCRIBED' })
    await siege.server.tide.publish('room:a', 1)
    expect(await client.next('message')).toMatchObject({ payload: 1 })
    await client.expectSilence()
  })

  test('row 15: an unsubscribe of nothing is NOT_SUBSCRIBED', async () => {
    const answer = await siege.answerTo({ type: 'unsubscribe', id: 1, channel: 'room:a' })
    expect(answer).toMatchObject({ code: 'NOT_SUBSCRIBED' })
  })

  test('row 15: the 129th channel is TOO_MANY_CHANNELS and the others live', async () => {
    await using client = await siege.connect()
    for (let id = 1; id <= 128; id += 1) {
      expect(await client.ask(subscribe(id, `room:${id}`))).toMatchObject({ type: 'ack' })
    }
    const answer = await client.ask(subscribe(129, 'room:129'))
    expect(answer).toMatchObject({ code: 'TOO_MANY_CHANNELS' })
    await siege.server.tide.publish('room:129', 1)
    await siege.server.tide.publish('room:128', 1)
    expect(await client.next('message')).toMatchObject({ channel: 'room:128' })
  })

  test('row 15: nothing is kept for channels that were refused or left', async () => {
    await using client = await siege.connect()
    const visit = async (id: number) => {
      const channel = `room:${id}${'x'.repeat(200)}`
      await client.ask({ type: 'subscribe', id, channel })
      await client.ask({ type: 'unsubscribe', id, channel })
      await client.ask({ type: 'subscribe', id, channel: `secret:${channel}` })
    }
    for (let id = 0; id < 500; id += 1) await visit(id)
    const before = heldBytes()
    for (let id = 500; id < 2_500; id += 1) await visit(id)
    // The client's inbox keeps what it has seen, and that is not the server's.
    expect(heldBytes() - before).toBeLessThan(4 * mebibyte)
  })
})

describe('publishing', () => {
  const issue = { text: 'x', internal: { path: '/srv/app', password: 'hunter2' } }
  const siege = besiege({
    channels: {
      ...openChannels,
      zod: {
        subscribe: 'anyone',
        publish: 'anyone',
        schema: z.object({ person: z.object({ age: z.number().max(150) }) }),
      },
      arktype: {
        subscribe: 'anyone',
        publish: 'anyone',
        schema: type({ person: { age: 'number<=150' } }),
      },
      telling: {
        subscribe: 'anyone',
        publish: 'anyone',
        schema: {
          '~standard': {
            version: 1,
            vendor: 'test',
            validate: () => ({
              issues: [{ message: JSON.stringify(issue), path: ['person', { key: 'age' }] }],
            }),
          },
        },
      },
    },
  })

  test.each(['news', 'secret', 'members:a', 'nowhere'])(
    'row 16: without the right to write, %s is FORBIDDEN',
    async (channel) => {
      const publish = { type: 'publish', id: 1, channel, payload: 1 }
      expect(await siege.answerTo(publish)).toMatchObject({ id: 1, code: 'FORBIDDEN' })
      expect(await siege.answerTo({ ...publish, id: undefined })).toMatchObject({
        code: 'FORBIDDEN',
      })
    },
  )

  test.each(['zod', 'arktype', 'telling'])(
    "row 16: what the schema of %s refuses is INVALID_PAYLOAD with the path, never the server's types",
    async (channel) => {
      await using reader = await siege.connect()
      await reader.ask({ type: 'subscribe', id: 1, channel })
      const payload = { person: { age: 900, secret: 'hunter2' } }
      const answer = await siege.answerTo({ type: 'publish', id: 1, channel, payload })
      expect(answer).toMatchObject({ id: 1, code: 'INVALID_PAYLOAD' })
      const said = JSON.stringify(answer)
      expect(said).toContain('person.age')
      expect(said).not.toMatch(/hunter2|number|150|internal/i)
      await reader.expectSilence()
    },
  )
})
