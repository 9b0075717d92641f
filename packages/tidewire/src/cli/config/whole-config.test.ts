import { describe, expect, it } from 'vitest'
import { problemsBetween } from '../../../test/cli/read-shape.ts'
import type { ServeConfig } from './serve-config.ts'

const channels = { news: { subscribe: 'anyone' } } as const
const auth = { jwt: { secretFile: 'jwt.secret' } }
const key = { id: 'orders', secretHash: 'ab'.repeat(32), scopes: ['publish'] } as const
const nobody =
  'is nobody without auth.jwt or auth.basic; set one of them, or say "anyone" or "nobody"'

it.each<[string, ServeConfig, string]>([
  [
    'no channel',
    { channels: {} },
    'channels: expected one channel or more, or there is nothing to use',
  ],
  [
    'a channel for users, and no way to be one',
    { channels: { 'chat:{room}': {} } },
    `channels["chat:{room}"].subscribe: "authenticated" ${nobody}`,
  ],
  [
    'a channel for its owner, and no way to be one',
    { channels: { 'inbox:{userId}': { subscribe: 'owner' } }, auth: { mode: 'optional' } },
    `channels["inbox:{userId}"].subscribe: "owner" ${nobody}`,
  ],
  [
    'publishing for users, and no way to be one',
    { channels: { news: { subscribe: 'anyone', publish: 'authenticated' } } },
    `channels.news.publish: "authenticated" ${nobody}`,
  ],
  [
    'a WebSocket at the path of a probe',
    { channels, path: '/ready' },
    'path: "/ready" is where plain HTTP is; a WebSocket needs a path of its own',
  ],
  [
    'plain HTTP at the path of the WebSocket',
    { channels, api: { path: '/ws' } },
    'path: "/ws" is where plain HTTP is; a WebSocket needs a path of its own',
  ],
  [
    'a key for a channel with a slip',
    {
      channels: { 'chat:{room}': { subscribe: 'anyone' } },
      apiKeys: [{ ...key, channels: ['chats:{room}'] }],
    },
    'apiKeys[0].channels[0]: no declared channel fits it (did you mean "chat:{room}"?)',
  ],
  [
    'a key for a channel with other parts',
    {
      channels: { 'chat:{room}': { subscribe: 'anyone' } },
      apiKeys: [{ ...key, channels: ['chat/{room}'] }],
    },
    'apiKeys[0].channels[0]: no declared channel fits it (did you mean "chat:{room}"?)',
  ],
])('is of no use: %s', (_, config, problem) => {
  expect(problemsBetween(config)).toEqual([problem])
})

describe('is of use', () => {
  it.each<[string, ServeConfig]>([
    ['a channel for users and tokens', { channels: { news: {} }, auth }],
    ['a channel for backends alone', { channels: { news: { subscribe: 'nobody' } } }],
    ['a WebSocket below plain HTTP', { channels, path: '/api/ws' }],
    ['a WebSocket where a probe would be', { channels, path: '/ready', api: { probes: false } }],
    ['a key for all channels', { channels, apiKeys: [key] }],
    [
      'a key for one of many',
      {
        channels: { 'chat:{room}': { subscribe: 'anyone' } },
        apiKeys: [{ ...key, channels: ['chat:lobby'] }],
      },
    ],
    [
      'a key for some of two patterns',
      {
        channels: { '{kind}:lobby': { subscribe: 'anyone' } },
        apiKeys: [{ ...key, channels: ['chat:{room}'] }],
      },
    ],
  ])('%s', (_, config) => {
    expect(problemsBetween(config)).toEqual([])
  })
})
