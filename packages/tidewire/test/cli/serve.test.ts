import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { CliError } from '../../src/cli/cli-error.ts'
import { type ServeOptions, serve } from '../../src/cli/serve.ts'
import { tidewireOptions } from '../../src/cli/tidewire-options.ts'
import { createApiKey } from '../../src/node/index.ts'
import { askHttp } from '../support/ask-http.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { listen, stop } from '../support/start-server.ts'

const secret = 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf'
const hasIPv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1')
if (!hasIPv6) console.log('left out: serving on IPv6: this machine has no ::1')
const channels = {
  open: { subscribe: 'anyone', publish: 'anyone', history: { size: 10 } },
  members: { subscribe: 'authenticated' },
} as const

describe('channels', () => {
  it('carry events with the rules and the history of the config', async () => {
    await using server = await start({ channels })
    await using client = await connectTo(server.url)
    expect(
      await client.ask({ type: 'publish', id: 1, channel: 'open', payload: 'hi' }),
    ).toMatchObject({ type: 'ack', position: { offset: 1 } })
    client.send({ type: 'subscribe', id: 2, channel: 'open', last: 1 })
    await client.next('ack')
    expect(await client.next()).toMatchObject({ payload: 'hi' })
    expect(await client.ask({ type: 'subscribe', id: 3, channel: 'members' })).toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  it('are served at the path of the config', async () => {
    await using server = await start({ channels, path: '/live' })
    await using client = await connectTo(server.url, '/live')
    await client.expectSilence()
  })

  it('keep to the limits of the config', async () => {
    await using server = await start({ channels, limits: { maxPayloadBytes: 100 } })
    await using client = await connectTo(server.url)
    expect(client.hello).toMatchObject({ limits: { maxPayloadBytes: 100 } })
    client.send({ type: 'heartbeat', padding: 'x'.repeat(100) })
    expect(await client.closed()).toMatchObject({ code: 1009 })
  })
})

describe('a JWT', () => {
  const auth = { mode: 'required', jwt: { secret } } as const

  it('must come first where the mode is required', async () => {
    await using server = await start({ channels, auth })
    await using client = await connectTo(server.url)
    expect(client.hello).toMatchObject({ auth: 'required' })
    client.send({ type: 'subscribe', id: 1, channel: 'open' })
    expect(await client.closed()).toMatchObject({ code: 4001 })
  })

  it('says who is there and until when', async () => {
    await using server = await start({ channels, auth })
    await using client = await connectTo(server.url)
    const exp = Math.floor(Date.now() / 1_000) + 60
    const token = await signed({ sub: 'ada', exp })
    expect(await client.ask({ type: 'auth', id: 1, token })).toEqual({
      type: 'auth_ack',
      id: 1,
      userId: 'ada',
      expiresAt: exp * 1_000,
    })
    const answer = await client.ask({ type: 'subscribe', id: 2, channel: 'members' })
    expect(answer).toMatchObject({ type: 'ack' })
  })

  it.each([
    ['of an expired kind', () => signed({ sub: 'ada', exp: 1 })],
    ['of another server', () => signed({ sub: 'ada' }, `${secret}x`)],
    ['of no kind', () => Promise.resolve('garbage')],
  ])('%s closes with 4003, and nothing of it is logged', async (_, makeToken) => {
    const { logger, lines } = recordingLogger()
    await using server = await start({ channels, auth }, { logger })
    await using client = await connectTo(server.url)
    const token = await makeToken()
    client.send({ type: 'auth', id: 1, token })
    expect(await client.closed()).toMatchObject({ code: 4003 })
    expect(lines.join('\n')).not.toContain(token)
  })

  it('is refused where the config has no secret', async () => {
    await using server = await start({ channels })
    await using client = await connectTo(server.url)
    client.send({ type: 'auth', id: 1, token: await signed({ sub: 'ada' }) })
    expect(await client.closed()).toMatchObject({ code: 4003 })
  })
})

describe('plain HTTP', () => {
  it.each(['/health', '/health?probe=1'])('GET %s says that the server lives', async (target) => {
    await using server = await start({ channels })
    const response = await fetch(`${server.url}${target}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.text()).toBe('{"status":"ok"}')
  })

  it.each([
    ['GET', '/'],
    ['GET', '/healthy'],
    ['GET', '/ws/'],
    ['DELETE', '/%zz'],
  ])('%s %s is not found, in JSON', async (method, target) => {
    await using server = await start({ channels })
    const response = await fetch(`${server.url}${target}`, { method })
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({
      code: 'NOT_FOUND',
      message: 'nothing is served at this path',
    })
  })

  it.each([
    ['/ws', {}],
    ['/ws?token=x', {}],
    ['/live', { path: '/live' }],
  ])('GET %s says that it takes a WebSocket', async (target, config) => {
    await using server = await start({ channels, ...config })
    const response = await fetch(`${server.url}${target}`)
    expect(response.status).toBe(426)
    expect(response.headers.get('upgrade')).toBe('websocket')
    expect(await response.json()).toEqual({
      code: 'UPGRADE_REQUIRED',
      message: 'this is the path of the WebSocket: connect with ws: or wss:',
    })
  })
})

describe('what a config says of the server as a whole', () => {
  it('is whether who brings no credential gets a 401', async () => {
    const auth = { mode: 'required', jwt: { secret } } as const
    await using open = await start({ channels, auth })
    await using closed = await start({ channels, auth: { ...auth, rejectAnonymous: true } })
    const ask = ({ url }: { readonly url: string }) =>
      askHttp(Number(new URL(url).port), '/ws', { isUpgrade: true })
    expect((await ask(open)).status).toBe(101)
    expect((await ask(closed)).status).toBe(401)
  })

  it('is who may read the metrics', async () => {
    const { token, secretHash } = createApiKey('prometheus')
    const apiKeys = [{ id: 'prometheus', secretHash, scopes: ['metrics'] }] as const
    await using server = await start({ channels, apiKeys })
    const ask = (headers = {}) => fetch(`${server.url}/metrics`, { headers })
    expect((await ask()).status).toBe(401)
    expect((await ask({ Authorization: `Bearer ${token}` })).status).toBe(200)
    await using open = await start({ channels, api: { metrics: 'anybody' } })
    expect((await fetch(`${open.url}/metrics`)).status).toBe(200)
  })

  it('is whether there are probes', async () => {
    await using server = await start({ channels, api: { probes: false } })
    for (const path of ['/health', '/ready', '/metrics']) {
      expect((await fetch(`${server.url}${path}`)).status).toBe(404)
    }
  })

  it('is how much it rests', () => {
    expect(tidewireOptions({ channels, dutyCycle: 8 })).toMatchObject({ dutyCycle: 8 })
  })
})

describe('the address', () => {
  it('is told with the real port', async () => {
    await using server = await start({ channels })
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
  })

  // Not skipped but left out where there is none: no machine can install it.
  if (hasIPv6) {
    it('of IPv6 stands in brackets', async () => {
      await using server = await start({ channels, host: '::1' })
      expect(server.url).toMatch(/^http:\/\/\[::1\]:[1-9]\d*$/)
      expect((await fetch(`${server.url}/health`)).status).toBe(200)
    })
  }

  it('that is taken is one line with the port and what to change', async () => {
    const other = createServer()
    const port = await listen(other)
    const failure = await failureOf(start({ channels, port }))
    expect(failure.lines).toEqual([
      `port ${port} on 127.0.0.1 is in use; choose another with --port`,
    ])
    await stop(other)
  })

  it('of another machine is one line with what to change', async () => {
    const failure = await failureOf(start({ channels, host: '192.0.2.1' }))
    expect(failure.lines).toEqual([
      '192.0.2.1 is not an address of this machine; choose another with --host',
    ])
  })
})

describe('close', () => {
  it('says goodbye to clients and takes nobody new', async () => {
    const server = await start({ channels })
    await using client = await connectTo(server.url)
    await server.close()
    expect(await client.closed()).toMatchObject({ code: 1001 })
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
  })

  it.each([
    ['that says nothing', ''],
    ['that has not finished its request', 'GET /health HTTP/1.1\r\nHost:'],
    ['that asked for an upgrade elsewhere and does not hang up', upgradeTo('/elsewhere')],
  ])('does not wait for a peer %s', async (_, bytes) => {
    const server = await start({ channels })
    const peer = connect({ port: Number(new URL(server.url).port), allowHalfOpen: true })
    peer.on('error', () => undefined)
    await once(peer, 'connect')
    if (bytes !== '') peer.write(bytes)
    // An answer to somebody who came later: by now the peer has been seen.
    await fetch(`${server.url}/health`)
    await server.close()
    peer.destroy()
  })

  it('may be called again', async () => {
    const server = await start({ channels })
    await Promise.all([server.close(), server.close()])
    await server.close()
  })
})

function start(config: ServeOptions['config'], options: Partial<ServeOptions> = {}) {
  const { logger } = recordingLogger()
  return serve({ config: { port: 0, ...config }, logger, ...options })
}

function connectTo(url: string, path = '/ws'): Promise<RawClient> {
  return connectRaw(`${url.replace('http', 'ws')}${path}`)
}

async function failureOf(started: Promise<unknown>): Promise<CliError> {
  const error = await started.catch((cause: unknown) => cause)
  if (error instanceof CliError) return error
  throw new Error('the server has started')
}

function signed(claims: Readonly<Record<string, unknown>>, key = secret): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(key))
}

function upgradeTo(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
}
