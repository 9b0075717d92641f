import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { startCli, startCliWith } from './cli-process.ts'
import { configFolder } from './config-folder.ts'
import { type Served, startServed } from './served.ts'

const config = {
  auth: { jwt: { secretFile: 'jwt.secret' } },
  drain: { overMs: 0, graceMs: 0 },
  channels: {
    log: { subscribe: 'anyone', publish: 'authenticated', history: { size: 100 } },
    open: { subscribe: 'anyone', publish: 'anyone' },
    'inbox:{userId}': { subscribe: 'owner', publish: 'anyone', history: { size: 3 } },
  },
}

describe('tidewire token', () => {
  it('makes a token that the server takes, for as long as was asked', async () => {
    await using served = await startServed(config)
    const token = await tokenOf(served, '--expires', '15m', '--audience', 'app', '--issuer', 'me')
    expect(decodeJwt(token)).toMatchObject({ sub: 'ada', aud: 'app', iss: 'me' })
    const { exp = 0, iat = 0 } = decodeJwt(token)
    expect(exp - iat).toBe(15 * 60)
    const { code } = await publish(served, ['log', '1'], { TIDEWIRE_TOKEN: token })
    expect(code).toBe(0)
  })

  it('makes an API key: the token works, and the config has its hash only', async () => {
    await using maker = startCli('token', '--api-key', 'orders', '--channels', 'log')
    const { token, apiKey } = JSON.parse((await maker.ended()).stdout)
    expect(apiKey).toMatchObject({ id: 'orders', scopes: ['publish'], channels: ['log'] })
    // The secret is base64url: it may have an underscore of its own.
    const secret = token.slice('twk_orders_'.length)
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(JSON.stringify(apiKey)).not.toContain(secret)
    await using served = await startServed({ ...config, apiKeys: [apiKey] })
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    const post = (channel: string) =>
      fetch(`${served.url}/api/channels/${channel}/messages`, {
        method: 'POST',
        headers,
        body: '1',
      })
    expect((await post('log')).status).toBe(200)
    expect((await post('open')).status).toBe(403)
  })

  it.each([
    [['--sub', 'ada'], 'option --secret-file FILE is needed'],
    [['--secret-file', 'SECRET'], 'option --sub USER is needed'],
    [['--secret-file', '/nowhere/x', '--sub', 'a'], '/nowhere/x: there is no such file'],
    [['--secret-file', 'nowhere', '--sub', 'a'], 'nowhere: there is no such file'],
    [
      ['--secret-file', 'SECRET', '--sub', 'a', '--expires', '1'],
      'option --expires: expected a time such as 90s, 15m, 1h or 7d, got "1"',
    ],
    [
      ['--secret-file', 'SECRET', '--sub', 'a', '--algorithm', 'RS256'],
      'SECRET: RS256 is not for this key, which goes with HS256, HS384, HS512',
    ],
    [['--sub', 'a', '--scopes', 'read'], 'option --scopes goes only with --api-key'],
    [['--api-key', 'a', '--sub', 'a'], 'option --sub goes not with --api-key'],
    [['--api-key', 'a b'], 'an id is 1 to 64 letters, digits or "-", not "a b"'],
    [
      ['--api-key', 'a', '--scopes', 'reed'],
      'option --scopes: expected some of publish, read, connections, disconnect, metrics, with commas',
    ],
  ])('%j is one line', async (args, line) => {
    await using folder = await configFolder()
    const file = await folder.write('jwt.secret', 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf')
    await using cli = startCli('token', ...args.map((arg) => arg.replace('SECRET', file)))
    const { code, stderr } = await cli.ended()
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `tidewire: ${line.replace('SECRET', file)}\n`,
    })
  })

  it('refuses a secret that a server refuses', async () => {
    await using folder = await configFolder()
    const file = await folder.write('jwt.secret', 'hunter2')
    await using cli = startCli('token', '--secret-file', file, '--sub', 'ada')
    const { code, stderr } = await cli.ended()
    expect(code).toBe(1)
    expect(stderr).toMatch(/the JWT secret has 7 bytes, and HS256 needs 32/)
  })
})

describe('tidewire password', () => {
  it('makes a hash that lets its user in, and nobody else', async () => {
    await using maker = startCliWith({ input: 'correct horse\n' }, 'password')
    const hash = (await maker.ended()).stdout.trim()
    const auth = { mode: 'required', basic: { users: { ada: hash } } }
    await using served = await startServed({ ...config, auth })
    const status = async (credentials: string) => {
      const Authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
      const url = `${served.url}/api/channels/log/messages`
      return (await fetch(url, { headers: { Authorization } })).status
    }
    // The second time from memory.
    expect(await status('ada:correct horse')).toBe(200)
    expect(await status('ada:correct horse')).toBe(200)
    expect(await status('ada:wrong horse')).toBe(401)
    expect(await status('bob:correct horse')).toBe(401)
  })

  it('needs one', async () => {
    await using cli = startCliWith({ input: '\n' }, 'password')
    expect((await cli.ended()).stderr).toBe('tidewire: expected a password on stdin, got none\n')
  })
})

describe('tidewire publish and tail', () => {
  it('print positions and events as JSON lines, and a key enters once', async () => {
    await using served = await startServed(config)
    const environment = { TIDEWIRE_TOKEN: await tokenOf(served) }
    await using tail = startCli('tail', 'log', '--url', served.url)
    await tail.complaint('online')
    const first = await publish(served, ['log', '{"a":1}', '--key', 'k'], environment)
    const again = await publish(served, ['log', '{"a":1}', '--key', 'k'], environment)
    const { position } = JSON.parse(first.stdout)
    expect(position).toMatch(/^[\w-]+:1$/)
    expect(JSON.parse(again.stdout)).toEqual({ position, duplicate: true })
    expect(JSON.parse(await tail.nextLine())).toMatchObject({
      channel: 'log',
      position,
      payload: { a: 1 },
      from: 'ada',
    })
    tail.kill('SIGINT')
    expect((await tail.ended()).code).toBe(0)
  })

  it('take one payload a line from stdin, and go on from a position', async () => {
    await using served = await startServed(config)
    const input = '1\n\n"two"\n{"three":3}\n'
    const environment = { input, TIDEWIRE_TOKEN: await tokenOf(served) }
    const { code, stdout } = await publish(served, ['log', '-'], environment)
    const positions = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).position)
    expect({ code, count: positions.length }).toEqual({ code: 0, count: 3 })
    await using since = startCli('tail', 'log', '--url', served.url, '--since', positions[0])
    expect(JSON.parse(await since.nextLine()).payload).toBe('two')
    expect(JSON.parse(await since.nextLine()).payload).toEqual({ three: 3 })
    await using last = startCli('tail', 'log', '--url', served.url, '--last', '1')
    expect(JSON.parse(await last.nextLine()).payload).toEqual({ three: 3 })
  })

  it('tell a gap on stderr', async () => {
    await using served = await startServed(config)
    await using tail = startCli('tail', 'log', '--url', served.url, '--since', 'elsewhere:7')
    const gap = JSON.parse(await tail.complaint('gap'))
    expect(gap).toMatchObject({ gap: { reason: 'EPOCH_CHANGED', from: { offset: 7 } } })
  })

  it.each([
    [['tail', 'inbox:bob'], /^tidewire: FORBIDDEN: .+$/m],
    [['tail', 'a b'], /^tidewire: "a b" is no channel; one is like "chat:lobby"\n$/],
    [['tail', 'log', '--since', 'x'], /^tidewire: option --since: expected a position/],
    [['tail', 'log', '--last', '-1'], /^tidewire: option --last needs a value/],
    [['publish', 'log', '1'], /^tidewire: FORBIDDEN: .+$/m],
    [['publish', 'open', 'x'], /^tidewire: the payload is not JSON, at 1: .*'"hello"'\n$/],
    [['publish', 'open', '-', '--key', 'k'], /^tidewire: option --key is for one payload/],
    [
      ['publish', 'open', '1', '--token-file', '/nowhere/t'],
      /^tidewire: \/nowhere\/t: there is no/,
    ],
    [
      ['publish', 'open', '1', '--token', 'garbage'],
      /\(4003 token refused\); the token is not one/,
    ],
  ])('%j is a line and exit code 1', async (args, line) => {
    await using served = await startServed(config)
    await using cli = startCli(...args, '--url', served.url)
    const { code, stderr } = await cli.ended()
    expect(code).toBe(1)
    expect(stderr).toMatch(line)
  })

  it('read a token file again, and say so when its token is refused', async () => {
    await using served = await startServed(config)
    const file = await served.folder.write('token', 'garbage\n')
    const { code, stderr } = await publish(served, ['open', '1', '--token-file', file])
    expect({ code, lines: stderr.split('\n').length }).toEqual({ code: 1, lines: 2 })
    expect(stderr).toMatch(/\(4003 token refused\); the token is not one/)
    expect(stderr).not.toContain('garbage')
  })

  it('say when what they are given is no address', async () => {
    await using odd = startCliWith({ TIDEWIRE_URL: 'ftp://h' }, 'tail', 'log')
    expect((await odd.ended()).stderr).toMatch(
      /^tidewire: option --url: expected an address such as/,
    )
  })

  it('tail ends in order when nobody reads it any more', async () => {
    await using served = await startServed(config)
    await using tail = startCli('tail', 'open', '--url', served.url)
    await tail.complaint('online')
    tail.closeOutput()
    await publish(served, ['open', '1'])
    expect((await tail.ended()).code).toBe(0)
  })
})

describe('tidewire bench', () => {
  it('prints how much arrived and how late', async () => {
    await using served = await startServed(config)
    const size = ['--connections', '5', '--rate', '40', '--seconds', '1']
    await using cli = startCli('bench', '--url', served.url, '--channel', 'open', ...size)
    const { code, stdout } = await cli.ended()
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^connections 5, published 40 \(40\/s for 1 s\)\ndeliveries 200 of 200, \d+\/s, told missing 0\nlatency p50 [\d.]+ ms, p99 [\d.]+ ms\n$/,
    )
  })

  it('fits into what the server of the guide gives a user', async () => {
    await using served = await startServed(config)
    const environment = { TIDEWIRE_TOKEN: await tokenOf(served) }
    const args = ['bench', '--channel', 'log', '--rate', '10', '--seconds', '1']
    await using cli = startCliWith(environment, ...args, '--url', served.url)
    expect((await cli.ended()).stdout).toContain('connections 50, published 10 (10/s for 1 s)\n')
  })

  it.each([
    ['user', 'maxConnectionsPerUser', 'the connection has ended (4012 too many connections)'],
    [
      'address',
      'maxConnectionsPerAddress',
      'refused with 429: this address has as many connections as it may',
    ],
  ])('says that the limits of the %s are in the way', async (_whose, limit, why) => {
    await using served = await startServed({ ...config, limits: { [limit]: 4 } })
    const environment = { TIDEWIRE_TOKEN: await tokenOf(served) }
    const args = ['bench', '--channel', 'log', '--connections', '5', '--url', served.url]
    await using cli = startCliWith(environment, ...args)
    expect(await cli.ended()).toMatchObject({
      code: 1,
      stderr: `tidewire: 2 of 6 connections failed: ${served.url}/ws: ${why}; see limits.maxConnectionsPerUser and limits.maxConnectionsPerAddress of the server\n`,
    })
  })

  it('says at once what it may not', async () => {
    await using served = await startServed(config)
    const args = ['bench', '--channel', 'log', '--connections', '2', '--seconds', '60']
    await using cli = startCli(...args, '--url', served.url)
    const { code, stdout, stderr } = await cli.ended()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      /^tidewire: FORBIDDEN: .+; give a token with TIDEWIRE_TOKEN or --token-file\n$/,
    )
  })

  it('is bounded', async () => {
    await using many = startCli('bench', '--channel', 'open', '--connections', '5001')
    expect((await many.ended()).stderr).toBe(
      'tidewire: option --connections: expected a whole number from 1 to 5000, got "5001"\n',
    )
  })
})

function publish(
  { url }: Served,
  args: readonly string[],
  environment: Parameters<typeof startCliWith>[0] = {},
) {
  return startCliWith(environment, 'publish', ...args, '--url', url).ended()
}

async function tokenOf({ secretFile }: Served, ...args: readonly string[]): Promise<string> {
  await using cli = startCli('token', '--secret-file', secretFile, '--sub', 'ada', ...args)
  return (await cli.ended()).stdout.trim()
}
