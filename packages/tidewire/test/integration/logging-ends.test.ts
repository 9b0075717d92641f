import { expect, test } from 'vitest'
import { connectRaw } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { startServer } from '../support/start-server.ts'

const verify = (token: string) => ({ userId: token })

test('the end of a connection is one line: whose it was, why it ended, and what went over it', async () => {
  const { logger, entries } = recordingLogger()
  await using server = await startServer({ auth: { verify }, logger })
  await using client = await connectRaw(server.url)
  await client.ask({ type: 'auth', id: 1, token: 'ada' })
  await client.ask({ type: 'subscribe', id: 2, channel: 'log:a' })
  for (const count of [1, 2]) {
    await server.tide.publish('log:a', count)
    await client.next('message')
  }
  client.close()
  await client.closed()
  await expect.poll(() => ends(entries)).toHaveLength(1)
  expect(ends(entries)[0]).toEqual({
    connectionId: client.hello.connectionId,
    transport: 'websocket',
    userId: 'ada',
    endedBy: 'client',
    code: 1000,
    remoteAddress: '127.0.0.1',
    framesReceived: 2,
    framesSent: 5,
    lastedMs: expect.any(Number),
  })
})

test('a connection that the server ends says by which rule', async () => {
  const { logger, entries } = recordingLogger()
  await using server = await startServer({ auth: { verify }, logger })
  await using client = await connectRaw(server.url)
  await client.ask({ type: 'auth', id: 1, token: 'ada' })
  server.tide.disconnect({ userId: 'ada' })
  await client.closed()
  await expect.poll(() => ends(entries)).toHaveLength(1)
  expect(ends(entries)[0]).toMatchObject({ userId: 'ada', endedBy: 'disconnected', code: 4006 })
})

function ends(entries: readonly { readonly message: string; readonly fields: unknown }[]) {
  return entries
    .filter(({ message }) => message === 'a connection ended')
    .map(({ fields }) => fields)
}
