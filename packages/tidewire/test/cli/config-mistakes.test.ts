import { mkdirSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { startCliWith } from './cli-process.ts'
import { linesOf, Mistakes, secret } from './mistakes.ts'

const readable = '{"channels": {"news": {"subscribe": "anyone"}}}'
const mistakes = new Mistakes()
mkdirSync(mistakes.fileOf('directory'))
afterAll(() => mistakes.remove())

describe('a file that is none', () => {
  it.each([
    [
      'empty',
      'c.json',
      '',
      '1:1: not JSON: expected a value, found the end of the file; the file is empty',
    ],
    [
      'with a comment',
      'c.json',
      '{\n  // rooms\n  "channels": {}\n}',
      '2:3: not JSON: expected a name in double quotes or "}", found "/"; JSON has no comments, a module (.mjs) may have them',
    ],
    [
      'with single quotes',
      'c.json',
      "{'channels': {}}",
      '1:2: not JSON: expected a name in double quotes or "}", found "\'"',
    ],
    [
      'with a comma too many',
      'c.json',
      '{"channels": {},}',
      '1:17: not JSON: expected a name in double quotes, found "}"; no comma goes before it',
    ],
    [
      'with a comma too few',
      'c.json',
      '{"port": 1 "channels": {}}',
      '1:12: not JSON: expected "," or "}", found "\\""',
    ],
    [
      'that says one thing twice',
      'c.json',
      '{"channels": {"a": {}, "a": {}}}',
      '1:24: "a" is named twice in one object',
    ],
    [
      'in YAML',
      'c.yaml',
      'channels:\n  a: {}',
      '1:1: not JSON: expected a value, found "c"; a config is JSON, or a module whose name ends in .js or .mjs',
    ],
    [
      'in TypeScript',
      'c.ts',
      'export default {}',
      '1:1: not JSON: expected a value, found "e"; a config is JSON, or a module whose name ends in .js or .mjs',
    ],
  ])('%s', async (_, name, content, problem) => {
    expect(await mistakes.problemsOf(name, content)).toEqual([
      `${mistakes.fileOf(name)}:${problem}`,
    ])
  })

  it.each([
    ['that is not there', 'missing.json', 'there is no such file'],
    ['that is a directory', 'directory', 'this is a directory, not a file'],
  ])('%s', async (_, name, problem) => {
    expect(await linesOf({}, { config: mistakes.fileOf(name) })).toEqual([
      `${mistakes.fileOf(name)}: ${problem}`,
    ])
  })

  it.each([readable, `\ufeff${readable}`])('is not %j', async (content) => {
    expect(await mistakes.problemsOf('c.json', content)).toEqual([])
  })
})

describe('a variable or a flag that is wrong is told by its name', () => {
  const channels = { TIDEWIRE_CHANNELS: '{"news":{"subscribe":"anyone"}}' }

  it.each<
    readonly [string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, string]
  >([
    [
      'nothing at all',
      {},
      {},
      'no config: give a file that declares channels with --config FILE or TIDEWIRE_CONFIG',
    ],
    [
      'a port',
      { ...channels, TIDEWIRE_PORT: 'abc' },
      {},
      'TIDEWIRE_PORT: expected a whole number from 0 to 65535, got "abc"',
    ],
    [
      'a port by flag',
      channels,
      { port: '1e3' },
      'option --port: expected a whole number from 0 to 65535, got "1e3"',
    ],
    [
      'a truth',
      { ...channels, TIDEWIRE_API_PROBES: '1' },
      {},
      'TIDEWIRE_API_PROBES: expected true or false, got "1"',
    ],
    [
      'JSON',
      { TIDEWIRE_CHANNELS: '{news:{}}' },
      {},
      'TIDEWIRE_CHANNELS: at character 2: not JSON: expected a name in double quotes or "}", found "n"',
    ],
    [
      'what is in JSON',
      { TIDEWIRE_CHANNELS: '{"news":{"subscribe":"all"}}' },
      {},
      'TIDEWIRE_CHANNELS: channels.news.subscribe: expected "anyone", "authenticated", "owner" or "nobody", got "all"',
    ],
    [
      'a secret',
      { ...channels, TIDEWIRE_AUTH_JWT_SECRET: 'hunter2' },
      {},
      'TIDEWIRE_AUTH_JWT_SECRET: the JWT secret has 7 bytes, and HS256 needs 32 or more; make one with: openssl rand -base64 48',
    ],
    [
      'users',
      { ...channels, TIDEWIRE_AUTH_BASIC_USERS: `ada=${secret}` },
      {},
      'TIDEWIRE_AUTH_BASIC_USERS: at character 1: not JSON: expected a value, found "a"',
    ],
    [
      'users, without whom a channel is for nobody',
      { TIDEWIRE_CHANNELS: '{"news":{}}', TIDEWIRE_AUTH_BASIC_USERS: 'ada' },
      {},
      'TIDEWIRE_AUTH_BASIC_USERS: at character 1: not JSON: expected a value, found "a"',
    ],
    [
      'no channel',
      { TIDEWIRE_CHANNELS: '{}' },
      {},
      'TIDEWIRE_CHANNELS: expected one channel or more, or there is nothing to use',
    ],
    [
      'everybody for a proxy',
      channels,
      { 'trust-proxy': 'loopback,0.0.0.0/0' },
      'option --trust-proxy: "0.0.0.0/0" would let anybody claim any address; name the proxies themselves, or a block of /8 or more (IPv6: /7)',
    ],
    [
      'a WebSocket where plain HTTP is',
      channels,
      { path: '/api' },
      'option --path: "/api" is where plain HTTP is; a WebSocket needs a path of its own',
    ],
    [
      'origins',
      { ...channels, TIDEWIRE_ORIGINS: 'app.example' },
      {},
      'TIDEWIRE_ORIGINS: origins[0]: expected an origin such as "https://app.example": with its scheme, without a path',
    ],
  ])('%s', async (_, environment, flags, problem) => {
    expect(await linesOf(environment, flags)).toEqual([problem])
  })
})

// As a process: what the exit code is, and that nothing else is printed.
describe('tidewire serve ends with 1 and one line', () => {
  it.each<readonly [string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    [
      'an option with a slip',
      ['--prot', '1'],
      {},
      /^tidewire: unknown option "--prot" \(did you mean "--port"\?\)/,
    ],
    [
      'an option that is there twice',
      ['--port', '1', '--port', '2'],
      {},
      /^tidewire: option --port is given twice;/,
    ],
    ['an option without its value', ['--config'], {}, /^tidewire: option --config needs a value;/],
    [
      'a secret as a flag',
      ['--auth-jwt-secret', secret],
      {},
      /^tidewire: unknown option "--auth-jwt-secret" \(did you mean "--auth-jwt-secret-file"\?\)/,
    ],
    ['a word that is none', ['c.json'], {}, /^tidewire: unexpected argument "c\.json"/],
    [
      'an address of another machine',
      ['--host', '192.0.2.1'],
      { TIDEWIRE_CHANNELS: '{"news":{"subscribe":"anyone"}}' },
      /^tidewire: 192\.0\.2\.1 is not an address of this machine; choose another with --host/,
    ],
    [
      'a secret in the environment',
      [],
      { TIDEWIRE_CHANNELS: '{}', TIDEWIRE_AUTH_JWT_SECRET: 'hunter2' },
      /^tidewire: TIDEWIRE_AUTH_JWT_SECRET: the JWT secret has 7 bytes/,
    ],
  ])('%s', async (_, args, environment, line) => {
    await using cli = startCliWith(environment, 'serve', ...args)
    const { code, stdout, stderr } = await cli.ended()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(line)
    expect(stderr.split('\n')).toHaveLength(2)
    expect(stderr).not.toContain('hunter2')
  })
})
