import { describe, expect, it } from 'vitest'
import { startCliWith } from './cli-process.ts'
import { configFolder } from './config-folder.ts'

const secret = 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf'
const channels = { 'chat:{room}': { subscribe: 'anyone' } }
const hash = `scrypt:${'s'.repeat(22)}:${'h'.repeat(43)}`

describe('flags win over the environment, the environment over the file, the file over defaults', () => {
  it.each<[string, number, number | undefined, string, string | undefined]>([
    ['the default', 3000, undefined, '', undefined],
    ['the file', 1, 1, '', undefined],
    ['the environment', 2, undefined, '2', undefined],
    ['the environment over the file', 2, 1, '2', undefined],
    ['the flag', 3, undefined, '', '3'],
    ['the flag over the file', 3, 1, '', '3'],
    ['the flag over both', 3, 1, '2', '3'],
  ])('%s: %i', async (_, port, inFile, variable, flag) => {
    const config = { channels, ...(inFile !== undefined && { port: inFile }) }
    const flags = flag === undefined ? [] : ['--port', flag]
    const { shown } = await check(config, { TIDEWIRE_PORT: variable }, ...flags)
    expect(shown).toMatchObject({ port })
  })

  it('one by one: what a part of an object says leaves the rest as it was', async () => {
    const limits = { maxChannels: 5, heartbeatMs: 6_000 }
    const config = { channels, limits, origins: ['a://b'] }
    const environment = { TIDEWIRE_LIMITS_HEARTBEAT_MS: '7000', TIDEWIRE_ORIGINS: 'any' }
    const { shown } = await check(config, environment, '--limits-frame-burst', '8')
    expect(shown).toMatchObject({
      limits: { maxChannels: 5, heartbeatMs: 7_000, frameBurst: 8, framesPerSecond: 100 },
      origins: 'any',
    })
  })
})

describe('a config', () => {
  it('needs no file where variables say enough', async () => {
    const environment = {
      TIDEWIRE_CHANNELS: JSON.stringify(channels),
      TIDEWIRE_TRUST_PROXY: 'loopback, 10.0.0.0/8',
    }
    await using cli = startCliWith(environment, 'check')
    const { code, stdout } = await cli.ended()
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ channels, trustProxy: ['loopback', '10.0.0.0/8'] })
  })

  it('finds the files it names beside it', async () => {
    await using folder = await configFolder()
    await folder.write('jwt.secret', `${secret}\n`)
    const config = { channels, auth: { jwt: { secretFile: 'jwt.secret' } } }
    const file = await folder.write('tidewire.json', JSON.stringify(config))
    await using cli = startCliWith({ TIDEWIRE_CONFIG: file }, 'check')
    const { code, stdout } = await cli.ended()
    expect(code).toBe(0)
    expect(JSON.parse(stdout).auth.jwt).toEqual({ secretFile: `${folder.path}/jwt.secret` })
  })

  it('is shown without its secrets, and with channels that have the names of secrets', async () => {
    const config = {
      auth: { jwt: { secret }, basic: { users: { ada: hash } } },
      apiKeys: [{ id: 'orders', secretHash: 'ab'.repeat(32), scopes: ['read'] }],
      channels: { secret: { subscribe: 'anyone' }, users: { subscribe: 'anyone' } },
    }
    const { shown, stdout } = await check(config, {})
    expect(stdout).not.toMatch(new RegExp(`${secret}|${'h'.repeat(43)}|${'ab'.repeat(32)}`))
    expect(shown).toMatchObject({
      auth: { jwt: { secret: '(hidden)' }, basic: { users: { ada: '(hidden)' } } },
      apiKeys: [{ id: 'orders', secretHash: '(hidden)' }],
      channels: config.channels,
    })
  })

  it('tells all mistakes at once, each with the source it is in, and exits with 1', async () => {
    const config = {
      channels: { news: { subscribe: 'everybody' } },
      limits: { maxChannels: 0 },
      port: 1,
    }
    const environment = {
      TIDEWIRE_PORT: 'tcp://10.0.0.1:80',
      TIDEWIRE_API_KEYS: '[{',
      TIDEWIRE_AUTH_JWT_SECRET: 'changeme',
      TIDEWIRE_PROT: '1',
    }
    const { code, stdout, stderr, file } = await check(config, environment, '--log-level', 'inf')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toEqual([
      'tidewire: TIDEWIRE_PROT is no setting and is ignored (did you mean "TIDEWIRE_PORT"?)',
      'tidewire: TIDEWIRE_API_KEYS: at character 3: not JSON: expected a name in double quotes or "}", found the end of the file',
      'tidewire: TIDEWIRE_PORT: expected a whole number from 0 to 65535, got "tcp://10.0.0.1:80"; Kubernetes sets it for a service named tidewire: set enableServiceLinks to false',
      expect.stringMatching(
        /^tidewire: TIDEWIRE_AUTH_JWT_SECRET: the JWT secret is a well-known default .* openssl rand/,
      ),
      `tidewire: ${file}: channels.news.subscribe: expected "anyone", "authenticated", "owner" or "nobody", got "everybody"`,
      `tidewire: ${file}: limits.maxChannels: expected a whole number, 1 or more, got 0`,
      expect.stringMatching(
        /^tidewire: option --log-level: expected .* \(did you mean "info"\?\)$/,
      ),
    ])
  })

  it('that is nowhere is one line', async () => {
    await using cli = startCliWith({}, 'serve')
    expect(await cli.ended()).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'tidewire: no config: give a file that declares channels with --config FILE or TIDEWIRE_CONFIG\n',
    })
  })

  it('has no flag for a secret', async () => {
    await using cli = startCliWith({}, 'check', '--auth-jwt-secret', secret)
    const { code, stderr } = await cli.ended()
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^tidewire: unknown option "--auth-jwt-secret" \(did you mean "--auth-jwt-secret-file"/,
    )
    expect(stderr).not.toContain(secret)
  })
})

async function check(
  config: unknown,
  environment: Readonly<Record<string, string>>,
  ...flags: readonly string[]
) {
  await using folder = await configFolder()
  const file = await folder.write('tidewire.json', JSON.stringify(config))
  await using cli = startCliWith(environment, 'check', '--config', file, ...flags)
  const outcome = await cli.ended()
  const shown: unknown = outcome.code === 0 ? JSON.parse(outcome.stdout) : null
  return { ...outcome, shown, file }
}
