import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { handshakeProblem } from '../../src/cli/commands/handshake-problem.ts'
import { selfSignedCertificate } from '../support/certificate.ts'
import { freePort } from '../support/free-port.ts'
import { startHttpServer } from '../support/http-server.ts'
import { until } from '../support/until.ts'
import { startCli, startCliWith } from './cli-process.ts'
import { configFolder } from './config-folder.ts'
import { startServed } from './served.ts'

const pair = selfSignedCertificate()

/** What there may be in place of a Tidewire that takes connections, and what is said of it. */
const places: readonly (readonly [string, Server, string, string])[] = [
  [
    'a server with a certificate of its own',
    createSecureServer(pair, (_request, response) => response.end()),
    'wss',
    'its certificate comes from nobody known here (DEPTH_ZERO_SELF_SIGNED_CERT); NODE_EXTRA_CA_CERTS=FILE names its issuer',
  ],
  [
    'a server with TLS, asked without',
    createSecureServer(pair, (_request, response) => response.end()),
    'ws',
    'no answer of HTTP (ECONNRESET); with TLS, the address begins with wss:',
  ],
  [
    'a server without TLS, asked with it',
    answering(200, 'hello'),
    'wss',
    'no TLS (EPROTO); without it, the address begins with ws:',
  ],
  [
    'a server of something else',
    createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n')),
    'ws',
    'no answer of HTTP (HPE_INVALID_CONSTANT); with TLS, the address begins with wss:',
  ],
  [
    'a site',
    answering(200, '<html>'),
    'ws',
    'it answers 200, not as a WebSocket; is the path right?',
  ],
  [
    'a site without such a path',
    answering(404, '{"message":7}'),
    'ws',
    'nothing takes WebSockets at this path (404: Not Found)',
  ],
  [
    'a site that has moved',
    answering(301, '', { Location: 'https://elsewhere.test/ws?token=hunter2' }),
    'ws',
    'it answers 301: Moved Permanently, another address',
  ],
  [
    'a proxy whose server has gone',
    answering(502, '<html>'),
    'ws',
    'refused with 502: Bad Gateway',
  ],
  [
    'a server with much to say, some of it to the terminal',
    answering(500, JSON.stringify({ message: `\u001b[2J\r\n${'very '.repeat(100)}` })),
    'ws',
    `refused with 500:  [2J ${'very '.repeat(39)}`,
  ],
  [
    'a server with far too much to say',
    answering(500, JSON.stringify({ message: 'm'.repeat(100_000) })),
    'ws',
    'refused with 500: Internal Server Error',
  ],
  [
    'a WebSocket of something else',
    webSocketServer(),
    'ws',
    'it does not speak Tidewire (Server sent no subprotocol)',
  ],
]

describe('a command that cannot connect', () => {
  it.each(places)('tells %s, and no secret', async (_name, server, scheme, problem) => {
    await using place = await openPlace(server)
    const at = `${scheme}://127.0.0.1:${place.port}/ws`
    const secretly = at.replace('127', 'ada:hunter2@127')
    await using cli = startCliWith(
      { TIDEWIRE_TOKEN: 'hunter2' },
      ...['publish', 'open', '1', '--url', `${secretly}?token=hunter2#there`],
    )
    expect(await cli.ended()).toEqual({
      code: 1,
      stdout: '',
      stderr: `tidewire: ${at}: ${problem}\n`,
    })
  })

  it.each([
    ['publish', ['1']],
    ['bench', []],
  ])('tells that nobody listens: %s', async (command, rest) => {
    const url = `ws://127.0.0.1:${await freePort()}/ws`
    const channel = command === 'bench' ? ['--channel', 'open'] : ['open']
    await using cli = startCli(command, ...channel, ...rest, '--url', url)
    const { code, stderr } = await cli.ended()
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^tidewire: (51 of 51 connections failed: )?ws:.*: nobody listens there \(ECONNREFUSED\)\n$/,
    )
  })

  it('goes on when it has to follow, and tells once', async () => {
    const url = `ws://127.0.0.1:${await freePort()}/ws`
    await using tail = startCli('tail', 'open', '--url', url)
    await tail.complaint('no connection (1006), again in ')
    await tail.complaint(`tidewire: ${url}: nobody listens there (ECONNREFUSED)`)
    await tail.complaint('no connection (1006), again in ')
    await tail.complaint('no connection (1006), again in ')
    tail.kill('SIGINT')
    const { code, stderr } = await tail.ended()
    expect({ code, told: stderr.match(/ECONNREFUSED/g) }).toEqual({
      code: 0,
      told: ['ECONNREFUSED'],
    })
  })

  it('tells what the server says where it takes nobody in', async () => {
    await using server = await startHttpServer({
      auth: { mode: 'required', tokenFrom: ['header'], verify: () => null },
    })
    await using cli = startCli('tail', 'open', '--url', server.url)
    const { code, stderr } = await cli.ended()
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `tidewire: ${server.url}: refused with 401: this endpoint needs a credential with the handshake; give a token with TIDEWIRE_TOKEN or --token-file\n`,
    })
  })

  it('waits for a server that is full, and says so', async () => {
    await using served = await startServed({
      channels: { open: { subscribe: 'anyone', publish: 'anyone' } },
      limits: { maxConnectionsPerAddress: 1 },
    })
    await using first = startCli('tail', 'open', '--url', served.url)
    await first.complaint('online')
    await using second = startCli('publish', 'open', '1', '--url', served.url)
    expect(await second.complaint('429')).toBe(
      `tidewire: ${served.url}/ws: refused with 429: this address has as many connections as it may; trying again`,
    )
  })

  it('takes a certificate whose issuer it is told', async () => {
    await using place = await openPlace(createSecureServer(pair, notFound))
    await using folder = await configFolder()
    const NODE_EXTRA_CA_CERTS = await folder.write('ca.pem', pair.cert)
    const url = `wss://127.0.0.1:${place.port}/ws`
    await using cli = startCliWith({ NODE_EXTRA_CA_CERTS }, 'publish', 'open', '1', '--url', url)
    expect((await cli.ended()).stderr).toContain('nothing takes WebSockets at this path (404')
  })
})

describe('a handshake', () => {
  it.each([
    ['never answered', createTcpServer()],
    ['never answered to the end', createServer((_request, response) => void response.write('{'))],
  ])('that is %s is not waited for', async (_name, server) => {
    await using place = await openPlace(server)
    const problem = await handshakeProblem(`ws://127.0.0.1:${place.port}/ws`, 10)
    expect(problem).toBe('no answer in 0.01 s')
  })

  it('that succeeds has no problem, and does not stay', async () => {
    await using server = await startHttpServer()
    const opened: Socket[] = []
    server.http.on('connection', (socket: Socket) => opened.push(socket))
    expect(await handshakeProblem(server.url)).toBeNull()
    await until(() => opened.length === 1 && opened.every(({ destroyed }) => destroyed))
  })
})

const notFound: Parameters<typeof createServer>[1] = (_request, response) =>
  void response.writeHead(404).end()

function answering(status: number, body: string, headers: Record<string, string> = {}): Server {
  return createServer((_request, response) => void response.writeHead(status, headers).end(body))
}

function webSocketServer(): Server {
  const server = createServer()
  new WebSocketServer({ server, handleProtocols: () => false })
  return server
}

async function openPlace(server: Server) {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
