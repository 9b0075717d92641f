import { describe, expect, it } from 'vitest'
import { createTidewire } from './tidewire.ts'

const channels = { news: { subscribe: 'anyone' } }
const key = { id: 'orders', secretHash: 'ab'.repeat(32), scopes: ['read'] }

/** As JavaScript passes options, which looks at no type. */
function create(options: unknown): unknown {
  return createTidewire(options as Parameters<typeof createTidewire>[0])
}

describe('options that make no sense are a TypeError that names them', () => {
  it.each<[string, object, string]>([
    ['channels in a list', { channels: ['news'] }, 'channels: expected an object of channels'],
    ['no channels', { channels: undefined }, 'channels: expected an object of channels by pattern'],
    ['a slip', { limit: {} }, 'limit is no option; there are channels, methods, auth, '],
    [
      'a slip in a limit',
      { limits: { maxConnection: 5 } },
      'limits.maxConnection is no option; there are maxPayloadBytes, ',
    ],
    [
      'a permission nobody would ask',
      { channels: { news: { subscribe: 'anyone', canSubscibe: () => false } } },
      'channel "news": canSubscibe is no option; there are schema, subscribe, ',
    ],
    [
      'a slip in a history',
      { channels: { news: { history: { size: 1, ttl: 60 } } } },
      'channel "news": history.ttl is no option; there are size, bytes, ttlMs',
    ],
    ['a slip in auth', { auth: { strategy: [] } }, 'auth.strategy is no option'],
    ['a slip in api', { api: { prefix: '/x' } }, 'api.prefix is no option'],
    ['a slip in admission', { admission: { maxDelay: 1 } }, 'admission.maxDelay is no option'],
    ['a slip in compression', { compression: { level: 9 } }, 'compression.level is no option'],
    ['a slip in a key', { apiKeys: [{ ...key, scope: [] }] }, 'apiKeys: scope is no option'],
    ['limits as a number', { limits: 5 }, 'limits: expected an object'],
    ['compression as a truth', { compression: true }, 'compression: expected an object'],
    ['keys that are no list', { apiKeys: key }, 'apiKeys: expected a list'],
    [
      'a mode there is none of, which is not required',
      { auth: { mode: 'Required', verify: () => null } },
      'auth.mode: expected "required" or "optional"',
    ],
    [
      'required, and no way in',
      { auth: { mode: 'required' } },
      'auth: expected strategies or verify with mode "required", or nobody could come in',
    ],
    [
      'one strategy without its list',
      { auth: { strategies: {} } },
      'auth.strategies: expected a list',
    ],
    ['no function to verify', { auth: { verify: 'x' } }, 'auth.verify: expected a function'],
    [
      'tokens from a place there is none of',
      { auth: { tokenFrom: ['cookie'] } },
      'auth.tokenFrom: expected a list, of header, subprotocol, message, query',
    ],
    [
      'one place without its list',
      { auth: { tokenFrom: 'header' } },
      'auth.tokenFrom: expected a list',
    ],
    [
      'one origin without its list',
      { origins: 'https://a.example' },
      'origins: expected "any" or a list',
    ],
    ['any origin as a star', { origins: '*' }, 'origins: expected "any" or a list'],
    ['a proxy without its list', { trustProxy: 'loopback' }, 'trustProxy: a list is expected'],
    [
      'everybody for a proxy',
      { trustProxy: ['0.0.0.0/0'] },
      'trustProxy: "0.0.0.0/0" would let anybody',
    ],
    ['a broker as its URL', { broker: 'redis://host' }, 'broker: expected a broker'],
    [
      'half a logger',
      { logger: { info: () => undefined } },
      'logger: expected debug, info, warn, error',
    ],
    ['probes as text', { api: { probes: 'no' } }, 'api.probes: expected true or false'],
    ['metrics for all', { api: { metrics: 'all' } }, 'api.metrics: expected "keys" or "anybody"'],
    ['no number for rest', { dutyCycle: Number.NaN }, 'dutyCycle: expected a number, 0 or more'],
    ['less rest than none', { dutyCycle: -1 }, 'dutyCycle: expected a number, 0 or more'],
    [
      'no number of those who wait',
      { admission: { maxWaiting: Number.NaN } },
      'admission.maxWaiting: expected a number, 0 or more',
    ],
    [
      'a time with its unit',
      { admission: { maxWaitMs: '1s' } },
      'admission.maxWaitMs: expected a number, 0 or more',
    ],
    [
      'a threshold below 0',
      { compression: { thresholdBytes: -1 } },
      'compression.thresholdBytes: expected a number, 0 or more',
    ],
  ])('%s', (_, options, problem) => {
    expect(() => create({ channels, ...options })).toThrow(TypeError)
    expect(() => create({ channels, ...options })).toThrow(problem)
  })

  it.each([undefined, null, 5, 'channels'])('%j for all of them', (options) => {
    expect(() => create(options)).toThrow(new TypeError('createTidewire: expected an object'))
  })

  it('but not where they are only undefined', () => {
    const nothing = { auth: undefined, limits: { maxChannels: undefined }, extra: undefined }
    expect(() => create({ channels, ...nothing })).not.toThrow()
  })
})
