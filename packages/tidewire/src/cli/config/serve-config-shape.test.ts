import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  passwordHash as hash,
  readShape as read,
  jwtSecret as secret,
} from '../../../test/cli/read-shape.ts'
import { createTidewire } from '../../node/index.ts'

const keys =
  'host, port, path, handOver, tls, auth, channels, limits, origins, trustProxy, api, apiKeys, compression, dutyCycle, admission, drain, broker or logLevel'

/** Every key there is, but those that name files. */
const full = {
  host: '::1',
  port: 0,
  handOver: true,
  auth: {
    mode: 'required',
    jwt: {
      secret,
      algorithms: ['HS256'],
      audience: ['app'],
      issuer: ['issuer'],
      clockToleranceMs: 5_000,
    },
    basic: { realm: 'control room', users: { ada: hash } },
    tokenFrom: ['header', 'query'],
    rejectAnonymous: true,
  },
  origins: ['https://app.example'],
  trustProxy: ['loopback'],
  api: { path: '/live', userChannel: 'inbox:{userId}', probes: true, metrics: 'anybody' },
  apiKeys: [
    {
      id: 'orders',
      secretHash: 'ab'.repeat(32),
      scopes: ['publish', 'metrics'],
      channels: ['news'],
    },
  ],
  compression: { thresholdBytes: 2_048 },
  dutyCycle: 8,
  admission: { maxLoopDelayMs: 50, maxWaiting: 10, maxWaitMs: 1_000 },
  drain: { overMs: 0, graceMs: 1_000 },
  broker: 'memory:',
  logLevel: 'debug',
  channels: {
    'bench:{id}': {
      subscribe: 'anyone',
      publish: 'authenticated',
      history: { size: 100, bytes: 1_000_000, ttlMs: 60_000 },
      delivery: 'disconnect',
      slowGraceMs: 2_000,
      windowMs: 50,
      maxEvents: 500,
    },
    'price:{symbol}': { delivery: 'latest', conflateKey: 'symbol', maxDelayMs: 20 },
    news: { subscribe: 'nobody' },
    'inbox:{userId}': { subscribe: 'owner' },
  },
  limits: {
    maxPayloadBytes: 1_024,
    maxChannels: 8,
    maxBufferedBytes: 4_096,
    authTimeoutMs: 1_000,
    callTimeoutMs: 2_000,
    permissionTimeoutMs: 1_000,
    heartbeatMs: 5_000,
    framesPerSecond: 50,
    frameBurst: 80,
    bytesPerSecond: 100_000,
    userFramesPerSecond: 200,
    addressFramesPerSecond: 1_000,
    maxConnections: 10_000,
    maxConnectionsPerAddress: 100,
    maxConnectionsPerUser: 10,
  },
  path: '/live',
}

describe('what is right', () => {
  it('is read as it stands, every key of it', () => {
    expect(read(full)).toEqual({ config: full, problems: [] })
  })

  it('needs no more than channels', () => {
    expect(read({ channels: {} })).toEqual({ config: { channels: {} }, problems: [] })
  })

  it('may have keys that are undefined, as a module does', () => {
    const { problems } = read({ channels: { news: { history: undefined } }, auth: undefined })
    expect(problems).toEqual([])
  })
})

describe('what is wrong is told with its place and what was expected', () => {
  it.each<[string, unknown, string]>([
    ['no object', [], 'expected an object, got an array'],
    ['null', null, 'expected an object, got null'],
    ['a function', () => full, 'expected an object, got a function'],
    ['no channels', {}, 'channels: expected an object of channels by pattern, but it is missing'],
    [
      'a key that is close',
      { channels: {}, limit: {} },
      `limit: unknown key, expected ${keys} (did you mean "limits"?)`,
    ],
    [
      'a key that is not close',
      { channels: {}, colour: 'red' },
      `colour: unknown key, expected ${keys}`,
    ],
    [
      'a port there is none of',
      { channels: {}, port: 65_536 },
      'port: expected a whole number from 0 to 65535, got 65536',
    ],
    [
      'where plain HTTP is, without a slash',
      { channels: {}, api: { path: 'api' } },
      'api.path is like "/api", not "api"',
    ],
    [
      'where plain HTTP is, as no client asks',
      { channels: {}, api: { path: '/..' } },
      'api.path is like "/api", not "/.."',
    ],
    [
      'metrics for anybody, and not served',
      { channels: {}, api: { probes: false, metrics: 'anybody' } },
      'api.metrics: without probes there is no /metrics for anybody',
    ],
    [
      'a user channel that is not declared',
      { channels: {}, api: { userChannel: 'user:{userId}' } },
      'api.userChannel is a declared pattern with {userId} and no other param, not "user:{userId}"',
    ],
    [
      'compression as a truth',
      { channels: {}, compression: true },
      'compression: expected an object, got a boolean',
    ],
    [
      'newcomers who wait whenever anything runs',
      { channels: {}, admission: { maxLoopDelayMs: 1 } },
      'admission.maxLoopDelayMs: expected whole ms from 10 to 60000, got 1',
    ],
    [
      'a drain of hours',
      { channels: {}, drain: { overMs: 7_200_000 } },
      'drain.overMs: expected whole ms from 0 to 3600000, got 7200000',
    ],
    [
      'a broker that is to come',
      { channels: {}, broker: 'nats://user:hunter2@host' },
      'broker: the broker for NATS is not built yet; this version has "memory:", for one process, and "redis://host"',
    ],
    [
      'a broker there is none of',
      { channels: {}, broker: 'memory' },
      'broker: expected "memory:" or a URL such as "redis://host:6379"',
    ],
  ])('%s', (_, config, problem) => {
    expect(read(config).problems).toEqual([problem])
  })

  it('all at once, one line each', () => {
    const { problems } = read({
      auth: { mode: 'none', jwt: { secret: 'short', key: 1 } },
      channels: { 'a b': { publish: 1 }, ok: { windowMs: -1 } },
      limits: { heartbeatMs: 0 },
      extra: 1,
    })
    expect(
      problems.map((problem) => problem.split(/: (?=expected|the|channel|unknown)/)[0]),
    ).toEqual([
      'auth.mode',
      'auth.jwt.secret',
      'auth.jwt.key',
      'channels',
      'channels["a b"].publish',
      'channels.ok.windowMs',
      'limits.heartbeatMs',
      'extra',
    ])
  })

  it('keys of every object as well as its own', () => {
    const config = JSON.parse('{"channels": {"__proto__": {"toString": 1}}, "constructor": {}}')
    expect(read(config).problems).toEqual([
      expect.stringMatching(/^channels\.__proto__\.toString: unknown key/),
      expect.stringMatching(/^constructor: unknown key/),
    ])
  })
})

it('accepts only what the server accepts, and never throws', () => {
  const value = fc.oneof(
    fc.constantFrom('anyone', 'every', 'latest', 'drop', { size: 1 }, 0, 1, -1, 0.5, null, {}, []),
    fc.jsonValue(),
  )
  const some = (keys: readonly string[]) =>
    fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), value)
  const channel = some(Object.keys(full.channels['bench:{id}']))
  const config = fc.oneof(
    fc.jsonValue(),
    fc.record({
      channels: fc.dictionary(fc.oneof(fc.constantFrom('a:{b}', 'news'), fc.string()), channel),
      limits: some(['maxChannels', 'heartbeatMs']),
    }),
  )
  fc.assert(
    fc.property(config, (given) => {
      const { config: accepted, problems } = read(given)
      if (problems.length > 0 || accepted === undefined) return
      const { channels, limits } = accepted
      expect(() => createTidewire({ channels, limits })).not.toThrow()
    }),
  )
})
