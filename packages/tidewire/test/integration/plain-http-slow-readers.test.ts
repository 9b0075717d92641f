import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { startHttpServer } from '../support/http-server.ts'
import { valuesOf } from '../support/metric-samples.ts'
import { sendHttp } from '../support/send-http.ts'

const path = '/api/channels/every/messages?limit=1000'
const channels = {
  every: { subscribe: 'anyone', history: { size: 1_000, bytes: 64 * 1_024 * 1_024 } },
} as const

test('an answer whose client takes nothing of it is cut after two heartbeats, and counted', async () => {
  const limits = { heartbeatMs: 50, maxConnectionsPerAddress: 1 }
  await using server = await startHttpServer({ channels, limits })
  // Some 20 MB: far more than the buffers of both sides take.
  for (let index = 0; index < 500; index += 1) {
    await server.tide.publish('every', 'x'.repeat(40_000))
  }
  const deaf = connect({ port: server.port, host: '127.0.0.1' })
  deaf.on('error', () => undefined)
  deaf.pause()
  deaf.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
  const cut = () => valuesOf(server.tide.metrics(), 'tidewire_connections_closed_total', 'cause')
  await expect.poll(cut, { timeout: 8_000 }).toEqual({ heartbeatTimeout: 1 })
  expect(valuesOf(server.tide.metrics(), 'tidewire_limits_hit_total', 'limit')).toMatchObject({
    heartbeatMs: 1,
  })
  // Its place is somebody else's.
  const page = '/api/channels/every/messages?limit=1'
  await expect.poll(() => sendHttp(server.port, page)).toMatchObject({ status: 200 })
  deaf.destroy()
})
