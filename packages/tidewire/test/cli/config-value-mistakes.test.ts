import { afterAll, describe, it } from 'vitest'
import { Mistakes, secret } from './mistakes.ts'

const mistakes = new Mistakes()
afterAll(() => mistakes.remove())

describe('a value that is wrong', () => {
  it.each<readonly [string, unknown, string | RegExp]>([
    ['a list for an object', [], 'expected an object, got an array'],
    ['no channels', {}, 'channels: expected an object of channels by pattern, but it is missing'],
    [
      'channels as a list',
      { channels: ['news'] },
      'channels: expected an object of channels by pattern, got an array',
    ],
    [
      'a channel as a word',
      { channels: { news: 'anyone' } },
      'channels.news: expected an object, got a string',
    ],
    [
      'a key with a slip',
      { channels: {}, lognLevel: 'info' },
      /^lognLevel: unknown key, expected host, .* \(did you mean "logLevel"\?\)$/,
    ],
    [
      'a key of a channel with a slip',
      channelOf({ subscibe: 'anyone' }),
      /^channels\.a\.subscibe: unknown key, .* \(did you mean "subscribe"\?\)$/,
    ],
    [
      'a word there is none of',
      channelOf({ subscribe: 'everyone' }),
      'channels.a.subscribe: expected "anyone", "authenticated", "owner" or "nobody", got "everyone"',
    ],
    [
      'a pattern that is not closed',
      { channels: { 'chat:{room': {} } },
      /^channels: channel pattern "chat:\{room" must be a name of /,
    ],
    [
      'a pattern with a star',
      { channels: { 'chat:*': {} } },
      /^channels: channel pattern "chat:\*" must be /,
    ],
    [
      'a pattern with one name twice',
      { channels: { 'a:{x}:{x}': {} } },
      'channels: channel pattern "a:{x}:{x}" names a param twice',
    ],
    [
      'an owner of nothing',
      { channels: { 'inbox:{user}': { subscribe: 'owner' } } },
      'channels["inbox:{user}"].subscribe: expected {userId} in the pattern with "owner"',
    ],
    [
      'history as a number',
      channelOf({ history: 100 }),
      'channels.a.history: expected an object, got a number',
    ],
    [
      'history without a size',
      channelOf({ history: { ttlMs: 5_000 } }),
      'channels.a.history.size: expected a whole number from 1 to 1000000, but it is missing',
    ],
    [
      'recovery from nothing',
      channelOf({ delivery: 'every' }),
      'channels.a.history: expected with "delivery": "every", which reads on from it',
    ],
    ['code in a file', channelOf({ schema: {} }), /^channels\.a\.schema: unknown key/],
    [
      'a port as text',
      { channels: {}, port: '3000' },
      'port: expected a whole number from 0 to 65535, got "3000"',
    ],
    [
      'a port out of range',
      { channels: {}, port: 70_000 },
      'port: expected a whole number from 0 to 65535, got 70000',
    ],
    [
      'a host that is a URL',
      { channels: {}, host: 'http://localhost' },
      'host: expected an address such as "127.0.0.1"',
    ],
    [
      'a path without its slash',
      { channels: {}, path: 'ws' },
      /^path: expected a path such as "\/ws"/,
    ],
    [
      'a limit below 1',
      { channels: {}, limits: { maxChannels: -1 } },
      'limits.maxChannels: expected a whole number, 1 or more, got -1',
    ],
    [
      'a time with its unit',
      { channels: {}, limits: { heartbeatMs: '25s' } },
      'limits.heartbeatMs: expected whole ms from 1000 to 3600000, got "25s"',
    ],
    [
      'a truth as text',
      { channels: {}, api: { probes: 'no' } },
      'api.probes: expected true or false, got "no"',
    ],
    [
      'a duty cycle below 0',
      { channels: {}, dutyCycle: -1 },
      'dutyCycle: expected a whole number from 0 to 1000, got -1',
    ],
    [
      'an origin without its scheme',
      { channels: {}, origins: ['app.example'] },
      'origins[0]: expected an origin such as "https://app.example": with its scheme, without a path',
    ],
    [
      'an origin with a path',
      { channels: {}, origins: ['https://a.example', 'https://app.example/chat'] },
      'origins[1]: expected an origin such as "https://app.example": with its scheme, without a path',
    ],
    [
      'any origin as a star',
      { channels: {}, origins: ['*'] },
      'origins[0]: for pages of any origin say "origins": "any"',
    ],
    [
      'one origin without its list',
      { channels: {}, origins: 'https://app.example' },
      'origins: expected "any" or a list of origins, got a string',
    ],
    [
      'a block of addresses that is none',
      { channels: {}, trustProxy: ['10.0.0.0/33'] },
      'trustProxy: "10.0.0.0/33" is no address of a proxy, CIDR block, "loopback" or "private"',
    ],
    [
      'a proxy by its name',
      { channels: {}, trustProxy: ['proxy.internal'] },
      /^trustProxy: "proxy\.internal" is no address/,
    ],
    [
      'a hash of the wrong length',
      keyOf({ secretHash: 'abc' }),
      'apiKeys[0].secretHash: expected the SHA-256 of a secret, 64 hex digits; make a key with: tidewire token --api-key',
    ],
    [
      'the token for its hash',
      keyOf({ secretHash: `twk_orders_${secret}` }),
      /^apiKeys\[0\]\.secretHash: expected the SHA-256/,
    ],
    [
      'a scope there is none of',
      keyOf({ scopes: ['write'] }),
      'apiKeys[0].scopes[0]: expected "publish", "read", "connections", "disconnect" or "metrics", got "write"',
    ],
    [
      'a key without a scope',
      keyOf({ scopes: [] }),
      /^apiKeys: scopes of orders are some of publish, /,
    ],
    [
      'a level there is none of',
      { channels: {}, logLevel: 'verbose' },
      /^logLevel: expected "debug", "info", "warn", "error" or "silent", got "verbose"/,
    ],
    [
      'a broker there is none of',
      { channels: {}, broker: `mysql://me:${secret}@host` },
      /^broker: expected "memory:"/,
    ],
  ])('%s', async (_, config, problem) => {
    await mistakes.expectOne(config, problem)
  })
})

function channelOf(options: object): object {
  return { channels: { a: options } }
}

function keyOf(options: object): object {
  const key = { id: 'orders', secretHash: 'ab'.repeat(32), scopes: ['publish'] }
  return { channels: {}, apiKeys: [{ ...key, ...options }] }
}
