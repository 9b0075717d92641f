import { expect, test } from 'vitest'
import type { Limits } from '../../src/core/connection/limits.ts'
import { createCounters } from '../../src/core/counters.ts'
import { method } from '../../src/node/index.ts'
import { limitsHit } from '../../src/node/metrics/limits-hit.ts'
import type { StandardSchema } from '../../src/protocol/standard-schema.ts'
import { exchange, openByteSocket, upgradeRequest } from '../support/byte-socket.ts'
import { clientFrame, closeBody, opcodes } from '../support/client-frame.ts'
import { valuesOf } from '../support/metric-samples.ts'
import { noRate } from '../support/no-rate.ts'
import { namedUsers } from '../support/open-channels.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import { type ServerOptions, startServer, type TestServer } from '../support/start-server.ts'

/** What runs into a limit, once. */
interface Hit {
  readonly limit: keyof Limits
  readonly limits: Partial<Limits>
  readonly options?: ServerOptions
  readonly run: (client: RawClient, server: TestServer) => unknown
}

const never = new Promise<never>(() => undefined)

const slowSchema: StandardSchema = {
  '~standard': { version: 1, vendor: 'test', validate: () => never },
}

const heartbeat = { type: 'heartbeat' }
const subscribe = (id: number) => ({ type: 'subscribe', id, channel: `room:${id}` })

const hits: readonly Hit[] = [
  {
    limit: 'maxPayloadBytes',
    limits: { maxPayloadBytes: 1_000 },
    run: (client) => client.send('x'.repeat(2_000)),
  },
  {
    limit: 'maxChannels',
    limits: { maxChannels: 1 },
    run: (client) => client.send([subscribe(1), subscribe(2)]),
  },
  {
    limit: 'maxBufferedBytes',
    limits: { ...noRate, maxBufferedBytes: 200_000 },
    async run(deaf, server) {
      await deaf.ask({ type: 'publish', id: 1, channel: 'log:a', payload: 'x'.repeat(60_000) })
      await using quick = await connectRaw(server.url)
      deaf.pause()
      while (server.tide.connectionCount === 2) {
        deaf.send({ type: 'history', id: 1, channel: 'log:a' })
        await quick.expectSilence()
      }
      deaf.resume()
    },
  },
  {
    limit: 'authTimeoutMs',
    limits: { authTimeoutMs: 1_000 },
    options: { auth: { mode: 'required', ...namedUsers } },
    run: (client) => client.closed(),
  },
  {
    limit: 'callTimeoutMs',
    limits: { callTimeoutMs: 30 },
    options: { methods: { wait: method({ access: 'anyone', handle: () => never }) } },
    run: (client) => client.ask({ type: 'call', id: 1, method: 'wait' }),
  },
  {
    limit: 'permissionTimeoutMs',
    limits: { permissionTimeoutMs: 30 },
    options: { channels: { 'room:{name}': { subscribe: 'anyone', canSubscribe: () => never } } },
    run: (client) => client.ask(subscribe(1)),
  },
  {
    limit: 'permissionTimeoutMs',
    limits: { permissionTimeoutMs: 30 },
    options: { channels: { 'room:{name}': { publish: 'anyone', schema: slowSchema } } },
    run: (client) => client.ask({ type: 'publish', id: 1, channel: 'room:a', payload: 1 }),
  },
  {
    limit: 'heartbeatMs',
    limits: { heartbeatMs: 50 },
    async run(_, { port }) {
      await using halfOpen = await openByteSocket(port)
      await halfOpen.handshake()
      await halfOpen.ended()
    },
  },
  {
    limit: 'framesPerSecond',
    limits: { framesPerSecond: 1, frameBurst: 1 },
    run: (client) => client.send([heartbeat, heartbeat]),
  },
  {
    limit: 'framesPerSecond',
    limits: { framesPerSecond: 1, frameBurst: 1 },
    async run(_, { port }) {
      await using socket = await openByteSocket(port)
      await socket.handshake()
      const ping = clientFrame('', { opcode: opcodes.ping })
      socket.write(
        Buffer.concat([ping, ping, clientFrame(closeBody(1000), { opcode: opcodes.close })]),
      )
      await socket.closeCode()
    },
  },
  {
    limit: 'bytesPerSecond',
    limits: { bytesPerSecond: 1, maxPayloadBytes: 100 },
    run(client) {
      for (let times = 0; times < 2; times += 1) client.send(JSON.stringify(heartbeat).padEnd(60))
    },
  },
  {
    limit: 'userFramesPerSecond',
    limits: { userFramesPerSecond: 1 },
    options: { auth: namedUsers },
    async run(client) {
      await client.ask({ type: 'auth', token: 'token of ada' })
      client.send([heartbeat, heartbeat, heartbeat])
    },
  },
  {
    limit: 'addressFramesPerSecond',
    limits: { addressFramesPerSecond: 1 },
    run: (client) => client.send([heartbeat, heartbeat, heartbeat]),
  },
  {
    limit: 'maxConnections',
    limits: { maxConnections: 1 },
    run: (_, { port }) => exchange(port, upgradeRequest()),
  },
  {
    limit: 'maxConnectionsPerAddress',
    limits: { maxConnectionsPerAddress: 1 },
    run: (_, { port }) => exchange(port, upgradeRequest()),
  },
  {
    limit: 'maxConnectionsPerUser',
    limits: { maxConnectionsPerUser: 1 },
    options: { auth: namedUsers },
    async run(client, server) {
      await client.ask({ type: 'auth', token: 'token of ada' })
      await using second = await connectRaw(server.url)
      second.send({ type: 'auth', token: 'token of ada' })
      await second.closed()
    },
  },
]

test.each(hits)('$limit is counted when it is hit, and no other', async ({ limit, ...hit }) => {
  await using server = await startServer({ ...hit.options, limits: hit.limits })
  await using client = await connectRaw(server.url)
  expect(limitsIn(server)).toEqual({})
  await hit.run(client, server)
  await expect.poll(() => limitsIn(server)).toEqual({ [limit]: 1 })
})

test('every limit that is told of is hit above', () => {
  const told = Object.keys(limitsHit(createCounters()))
  expect(new Set(told)).toEqual(new Set(hits.map(({ limit }) => limit)))
})

function limitsIn(server: TestServer): Readonly<Record<string, number>> {
  return valuesOf(server.tide.metrics(), 'tidewire_limits_hit_total', 'limit')
}
