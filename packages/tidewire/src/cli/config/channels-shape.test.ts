import { describe, expect, it } from 'vitest'
import { readShape } from '../../../test/cli/read-shape.ts'

const keys =
  'subscribe, publish, history, delivery, conflateKey, slowGraceMs, windowMs, maxEvents or maxDelayMs'

describe('a channel that is wrong is told with its place', () => {
  it.each<[string, unknown, string]>([
    ['text', 'anyone', 'channels.news: expected an object, got a string'],
    [
      'a schema, which is code',
      { schema: {} },
      `channels.news.schema: unknown key, expected ${keys}`,
    ],
    [
      'a permission, which is code',
      { canPublish: 'yes' },
      `channels.news.canPublish: unknown key, expected ${keys}`,
    ],
    [
      'an owner who publishes where no user is named',
      { publish: 'owner' },
      'channels.news.publish: expected {userId} in the pattern with "owner"',
    ],
    [
      'history without a size',
      { history: { ttlMs: 5_000 } },
      'channels.news.history.size: expected a whole number from 1 to 1000000, but it is missing',
    ],
    [
      'more history than anybody reads',
      { history: { size: 1e9 } },
      'channels.news.history.size: expected a whole number from 1 to 1000000, got 1000000000',
    ],
    [
      'a history no event fits in',
      { history: { size: 10, bytes: 64 } },
      'channels.news.history.bytes: expected a whole number from 1024 to 1073741824, got 64',
    ],
    [
      'an age in seconds',
      { history: { size: 10, ttlMs: 60 } },
      'channels.news.history.ttlMs: expected whole ms, 1000 or more, got 60',
    ],
    [
      'a number as text',
      { windowMs: '50' },
      'channels.news.windowMs: expected whole ms from 0 to 60000, got "50"',
    ],
    [
      'a window of days',
      { windowMs: 86_400_000 },
      'channels.news.windowMs: expected whole ms from 0 to 60000, got 86400000',
    ],
    [
      'every event without a history to read them from',
      { delivery: 'every' },
      'channels.news.history: expected with "delivery": "every", which reads on from it',
    ],
    [
      'a conflate key without values to conflate',
      { conflateKey: 'id' },
      'channels.news.conflateKey: expected only with "delivery": "latest"',
    ],
    [
      'a grace for nobody who is disconnected',
      { slowGraceMs: 1_000 },
      'channels.news.slowGraceMs: expected only with "delivery": "disconnect"',
    ],
  ])('%s', (_, channel, problem) => {
    expect(readShape({ channels: { news: channel } }).problems).toEqual([problem])
  })

  it.each<[string, unknown, string]>([
    [
      'an access of no kind',
      { 'chat:{room}': { subscribe: 'everyone' } },
      'channels["chat:{room}"].subscribe: expected "anyone", "authenticated", "owner" or "nobody", got "everyone"',
    ],
    [
      'an owner of a channel that names no user',
      { 'chat:{room}': { subscribe: 'owner' } },
      'channels["chat:{room}"].subscribe: expected {userId} in the pattern with "owner"',
    ],
    [
      'one pattern twice, by other names',
      { 'chat:{room}': {}, 'chat:{id}': {} },
      'channel "chat:{id}": "chat:{room}" before it has all its names; declare it first, or leave it out',
    ],
    [
      'one behind another that has all its names',
      { '{kind}:{id}': {}, 'chat:{room}': {} },
      'channel "chat:{room}": "{kind}:{id}" before it has all its names; declare it first, or leave it out',
    ],
  ])('%s', (_, channels, problem) => {
    expect(readShape({ channels }).problems).toEqual([problem])
  })

  it.each(['', 'with space', 'chat:{room', 'a/../b', '{id}:{id}', 'x'.repeat(256)])(
    'the pattern %.20j',
    (pattern) => {
      expect(readShape({ channels: { [pattern]: {} } }).problems).toEqual([
        expect.stringMatching(/^channels: channel pattern ".*" (must be|names)/),
      ])
    },
  )
})

it.each([
  ['the narrower one first', ['chat:{room}', '{kind}:{id}']],
  ['a name among those of a pattern', ['chat:{room}', 'chat:lobby']],
  ['two that have some names in common', ['{kind}:lobby', 'chat:{room}']],
  ['as many params in other places', ['chat:{room}', 'chat/{room}', '{room}:chat']],
])('channels may be %s', (_, patterns) => {
  const channels = Object.fromEntries(patterns.map((pattern) => [pattern, {}]))
  expect(readShape({ channels }).problems).toEqual([])
})
