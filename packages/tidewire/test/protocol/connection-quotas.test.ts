import { describe, expect, test } from 'vitest'
import type { VerifyToken } from '../../src/node/auth/token-auth.ts'
import {
  type ByteSocket,
  exchange,
  openByteSocket,
  upgradeRequest,
} from '../support/byte-socket.ts'
import { connectRaw } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { startServer } from '../support/start-server.ts'

/** A token is the name of its user; `stolen` is nobody's. */
const users = {
  verify: (token: string) => (token === 'stolen' ? null : { userId: token }),
}
const ada = { Authorization: 'Bearer ada' }
const bob = { Authorization: 'Bearer bob' }

/** The status a handshake is answered with; 101 included, and then it is gone. */
async function statusOf(port: number, headers: Readonly<Record<string, string>> = {}) {
  await using socket = await openByteSocket(port)
  socket.write(upgradeRequest({ headers }))
  return statusIn(await socket.head())
}

async function dialled(port: number, headers = {}): Promise<ByteSocket> {
  const socket = await openByteSocket(port)
  socket.write(upgradeRequest({ headers }))
  return socket
}

function statusIn(head: string): number {
  return Number(head.split(' ')[1])
}

/** PROTOCOL.md P-004 and section 7: how many connections there may be. */
describe('as many connections as may be', () => {
  test('P-004 one address too many: 429 with Retry-After, until one of them ends', async () => {
    await using server = await startServer({ limits: { maxConnectionsPerAddress: 2 } })
    await using first = await connectRaw(server.url)
    await using second = await connectRaw(server.url)
    const { status, headers, body } = await exchange(server.port, upgradeRequest())
    expect(status).toBe(429)
    expect(headers.get('retry-after')).toBe('5')
    expect(JSON.parse(body)).toEqual({
      code: 'TOO_MANY_CONNECTIONS',
      message: expect.stringContaining('address'),
    })
    await second.expectSilence()
    first.close()
    await expect.poll(() => statusOf(server.port)).toBe(101)
    expect(server.tide.counters.refusedConnections.address).toBeGreaterThan(0)
  })

  test('P-004 the node full: 503 with Retry-After, until one of them ends', async () => {
    await using server = await startServer({ limits: { maxConnections: 1 } })
    await using first = await connectRaw(server.url)
    const { status, headers, body } = await exchange(server.port, upgradeRequest())
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('5')
    expect(JSON.parse(body)).toMatchObject({ code: 'OVERLOADED' })
    first.close()
    await expect.poll(() => statusOf(server.port)).toBe(101)
    expect(server.tide.counters.refusedConnections.node).toBeGreaterThan(0)
  })

  test('P-004 a handshake that is not answered yet has its place, and gives it back when its client leaves', async () => {
    const never: VerifyToken = () => new Promise(() => undefined)
    const limits = { maxConnectionsPerAddress: 1 }
    await using server = await startServer({ auth: { verify: never }, limits })
    await using undecided = await dialled(server.port, ada)
    await expect.poll(() => statusOf(server.port)).toBe(429)
    undecided.reset()
    await expect.poll(() => statusOf(server.port)).toBe(101)
  })

  test('P-004 a handshake that is refused for another reason gives its place back', async () => {
    const limits = { maxConnectionsPerAddress: 1, maxConnections: 1 }
    await using server = await startServer({ auth: users, limits })
    const stolen = { Authorization: 'Bearer stolen' }
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect.poll(() => statusOf(server.port, stolen)).toBe(403)
    }
    await expect.poll(() => statusOf(server.port, ada)).toBe(101)
  })

  test('P-004 a request for another path has no place', async () => {
    await using server = await startServer({ limits: { maxConnections: 1 } })
    await using elsewhere = await openByteSocket(server.port)
    elsewhere.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(statusIn(await elsewhere.head())).toBe(404)
    expect(await statusOf(server.port)).toBe(101)
  })

  test('P-004 one connection of a user too many: 429 where the handshake says who it is', async () => {
    await using server = await startServer({
      auth: users,
      limits: { maxConnectionsPerUser: 1 },
    })
    await using first = await connectRaw(server.url, { headers: ada })
    const { status, headers } = await exchange(server.port, upgradeRequest({ headers: ada }))
    expect(status).toBe(429)
    expect(headers.get('retry-after')).toBe('5')
    expect(await statusOf(server.port, bob)).toBe(101)
    first.close()
    await expect.poll(() => statusOf(server.port, ada)).toBe(101)
    expect(server.tide.counters.refusedConnections.user).toBeGreaterThan(0)
  })

  test('P-011 one connection of a user too many: 4012 where the token comes later', async () => {
    await using server = await startServer({
      auth: users,
      limits: { maxConnectionsPerUser: 1 },
    })
    await using first = await connectRaw(server.url)
    await using second = await connectRaw(server.url)
    const token = { type: 'auth', token: 'ada' }
    expect(await first.ask(token)).toMatchObject({ type: 'auth_ack' })
    expect(await first.ask(token)).toMatchObject({ type: 'auth_ack' })
    second.send(token)
    expect(await second.closed()).toMatchObject({ code: 4012 })
    await first.expectSilence()
    first.close()
    await first.closed()
    await expect
      .poll(async () => {
        await using third = await connectRaw(server.url)
        third.send(token)
        return await third.next().then(({ type }) => type, String)
      })
      .toBe('auth_ack')
    expect(server.tide.counters.closed.tooManyConnections).toBeGreaterThan(0)
  })

  test('P-004 two handshakes of a user that are decided at once: one of them is closed 4012', async () => {
    const answers: (() => void)[] = []
    const verify: VerifyToken = () =>
      new Promise((resolve) => {
        answers.push(() => resolve({ userId: 'ada' }))
      })
    await using server = await startServer({
      auth: { verify },
      limits: { maxConnectionsPerUser: 1 },
    })
    await using first = await dialled(server.port, ada)
    await using second = await dialled(server.port, ada)
    await expect.poll(() => answers.length).toBe(2)
    for (const answer of answers) answer()
    expect(statusIn(await first.head())).toBe(101)
    expect(statusIn(await second.head())).toBe(101)
    await expect.poll(() => server.tide.connectionCount).toBe(1)
    expect(server.tide.counters.refusedConnections.user).toBe(1)
  })

  test('P-004 who is refused again and again is logged once, with what an operator may do', async () => {
    const { logger, lines } = recordingLogger()
    await using server = await startServer({ logger, limits: { maxConnectionsPerAddress: 1 } })
    await using _only = await connectRaw(server.url)
    for (let attempt = 0; attempt < 5; attempt += 1) expect(await statusOf(server.port)).toBe(429)
    const told = lines.filter((line) => line.includes('maxConnectionsPerAddress'))
    expect(told).toEqual([expect.stringMatching(/^warn .*trustProxy.*127\.0\.0\.1/s)])
  })
})
