import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTidewire } from '../../node/index.ts'
import { Place, type Problem, problemText } from './place.ts'
import { serveConfigShape } from './serve-config-shape.ts'

const secret = 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf'

const hash = `scrypt:${'s'.repeat(22)}:${'h'.repeat(43)}`
const keys =
  'host, port, path, tls, auth, channels, limits, origins, trustProxy, api, apiKeys, compression, dutyCycle, admission, drain, broker or logLevel'

/** Every key there is, but those that name files. */
const full = {
  host: '::1',
  port: 0,
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
  api: { path: '/live', userChannel: 'inbox:{userId}', probes: false, metrics: 'anybody' },
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
      'a mode that is close',
      { channels: {}, auth: { mode: 'requird' } },
      'auth.mode: expected "required" or "optional", got "requird" (did you mean "required"?)',
    ],
    [
      'a mode of another type',
      { channels: {}, auth: { mode: true } },
      'auth.mode: expected "required" or "optional", got true',
    ],
    [
      'required without a way in',
      { channels: {}, auth: { mode: 'required' } },
      'auth: expected jwt or basic with "mode": "required", or nobody could ever connect',
    ],
    [
      'jwt without its secret',
      { channels: {}, auth: { jwt: {} } },
      'auth.jwt: expected one of secret, secretFile, publicKeyFile or jwksUrl, got none of them',
    ],
    [
      'an access of no kind',
      { channels: { 'chat:{room}': { subscribe: 'everyone' } } },
      'channels["chat:{room}"].subscribe: expected "anyone", "authenticated", "owner" or "nobody", got "everyone"',
    ],
    [
      'history without a size',
      { channels: { news: { history: { ttlMs: 5 } } } },
      'channels.news.history.size: expected a whole number, 1 or more, but it is missing',
    ],
    [
      'a number as text',
      { channels: { news: { windowMs: '50' } } },
      'channels.news.windowMs: expected a whole number, 0 or more, got "50"',
    ],
    [
      'a channel that is text',
      { channels: { news: 'anyone' } },
      'channels.news: expected an object, got a string',
    ],
    [
      'a schema, which is code',
      { channels: { news: { schema: {} } } },
      'channels.news.schema: unknown key, expected subscribe, publish, history, delivery, conflateKey, slowGraceMs, windowMs, maxEvents or maxDelayMs',
    ],
    [
      'a permission, which is code',
      { channels: { news: { canPublish: 'yes' } } },
      'channels.news.canPublish: unknown key, expected subscribe, publish, history, delivery, conflateKey, slowGraceMs, windowMs, maxEvents or maxDelayMs',
    ],
    [
      'an owner of a channel that names no user',
      { channels: { 'chat:{room}': { subscribe: 'owner' } } },
      'channels["chat:{room}"].subscribe: expected {userId} in the pattern with "owner"',
    ],
    [
      'an owner who publishes where no user is named',
      { channels: { news: { publish: 'owner' } } },
      'channels.news.publish: expected {userId} in the pattern with "owner"',
    ],
    [
      'every event without a history to read them from',
      { channels: { news: { delivery: 'every' } } },
      'channels.news.history: expected with "delivery": "every", which reads on from it',
    ],
    [
      'a conflate key without values to conflate',
      { channels: { news: { conflateKey: 'id' } } },
      'channels.news.conflateKey: expected only with "delivery": "latest"',
    ],
    ['an empty host', { channels: {}, host: '' }, 'host: expected an address such as "127.0.0.1"'],
    [
      'a port there is none of',
      { channels: {}, port: 65_536 },
      'port: expected a whole number from 0 to 65535, got 65536',
    ],
    [
      'two sources of keys',
      { channels: {}, auth: { jwt: { secret, jwksUrl: 'https://issuer.example/jwks' } } },
      'auth.jwt: expected one of secret, secretFile, publicKeyFile or jwksUrl, got secret and jwksUrl',
    ],
    [
      'an algorithm that is not for the key',
      { channels: {}, auth: { jwt: { secret, algorithms: 'RS256' } } },
      'auth.jwt.algorithms: RS256 is not for this key, which goes with HS256, HS384, HS512',
    ],
    [
      'a key set that anybody on the way can change',
      { channels: {}, auth: { jwt: { jwksUrl: 'http://issuer.example/jwks' } } },
      'auth.jwt.jwksUrl: jwksUrl is https, or http on this machine',
    ],
    [
      'a secret file that is not there',
      { channels: {}, auth: { jwt: { secretFile: '/nowhere/secret' } } },
      'auth.jwt.secretFile: /nowhere/secret: there is no such file',
    ],
    [
      'a password as it is',
      { channels: {}, auth: { basic: { users: { ada: 'hunter2' } } } },
      'auth.basic.users.ada: expected the hash of a password; make one with: tidewire password',
    ],
    [
      'basic for nobody',
      { channels: {}, auth: { basic: { users: {} } } },
      'auth.basic.users: expected one user or more',
    ],
    [
      'a realm that no header can hold',
      { channels: {}, auth: { basic: { realm: 'é', users: { ada: hash } } } },
      'auth.basic: realm is printable ASCII',
    ],
    [
      'an origin that is none',
      { channels: {}, origins: ['app.example'] },
      'origins[0]: expected an origin such as "https://app.example": with its scheme, without a path',
    ],
    [
      'an API key that holds its secret',
      { channels: {}, apiKeys: [{ id: 'a', secretHash: 'hunter2', scopes: ['read'] }] },
      'apiKeys[0].secretHash: expected the SHA-256 of a secret, 64 hex digits; make a key with: tidewire token --api-key',
    ],
    [
      'an API key with a scope there is none of',
      { channels: {}, apiKeys: [{ id: 'a', secretHash: 'ab'.repeat(32), scopes: ['reed'] }] },
      'apiKeys[0].scopes[0]: expected "publish", "read", "connections", "disconnect" or "metrics", got "reed" (did you mean "read"?)',
    ],
    [
      'a user channel that is not declared',
      { channels: {}, api: { userChannel: 'user:{userId}' } },
      'api.userChannel is a declared pattern with {userId} and no other param, not "user:{userId}"',
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
    [
      'a path that is none',
      { channels: {}, path: 'ws' },
      'path: expected a path such as "/ws": it begins with "/" and has no space, "?" or "#"',
    ],
    [
      'a path of another type',
      { channels: {}, path: 1 },
      'path: expected a path such as "/ws", got a number',
    ],
  ])('%s', (_, config, problem) => {
    expect(read(config).problems).toEqual([problem])
  })

  it.each([0, -1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, true, null])(
    'a limit of %s',
    (value) => {
      expect(read({ channels: {}, limits: { maxChannels: value } }).problems).toEqual([
        `limits.maxChannels: expected a whole number, 1 or more, got ${value}`,
      ])
    },
  )

  it.each(['', 'with space', 'chat:{room', 'a/../b', '{id}:{id}', 'x'.repeat(256)])(
    'the pattern %.20j',
    (pattern) => {
      expect(read({ channels: { [pattern]: {} } }).problems).toEqual([
        expect.stringMatching(/^channels: channel pattern ".*" (must be|names)/),
      ])
    },
  )

  it.each(['/ws?x=1', '/ws#x', '/w s', '/ü', '', 'ws://host/ws'])('the path %j', (path) => {
    expect(read({ channels: {}, path }).problems).toHaveLength(1)
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

describe('a secret', () => {
  it.each([
    ['too short', 'hunter2-hunter2', /has 15 bytes, and HS256 needs 32 or more; make one with/],
    ['a known default', 'changeme', /is a well-known default/],
    ['a number', 1234567890123, /expected text of 32 bytes or more, got a number/],
    ['in an array', ['hunter2'], /expected text of 32 bytes or more, got an array/],
  ])('that is %s is refused', (_, value, problem) => {
    expect(read({ channels: {}, auth: { jwt: { secret: value } } }).problems).toEqual([
      expect.stringMatching(problem),
    ])
  })

  it('is never shown, wherever it was put by mistake', () => {
    const misplaced = [{ jwt: secret }, { jwt: [secret] }, secret, [secret]]
    const problems = misplaced.flatMap((auth) => read({ channels: {}, auth }).problems)
    expect(problems).toHaveLength(misplaced.length)
    expect(problems.join('\n')).not.toContain(secret)
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

function read(value: unknown) {
  const problems: Problem[] = []
  const config = serveConfigShape.read(value, new Place(problems))
  return { config, problems: problems.map(problemText) }
}
