import { once } from 'node:events'
import { createServer, get, type ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { listen, stop } from '../../../test/support/start-server.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { ResponseStream } from './response-stream.ts'

test('a stream whose socket is gone never says that it has finished', async () => {
  await using opened = await openStream()
  const { response, stream } = opened
  let hasFinished = false
  response.once('finish', () => {
    hasFinished = true
  })
  const closed = once(response, 'close')
  response.req.socket.destroy()
  stream.write('data: 2\n\n')
  stream.finish()
  await closed
  await turns()
  expect([hasFinished, opened.ends()]).toEqual([false, 1])
})

test('a stream that is uncorked once too often holds back what is written the next time', async () => {
  await using opened = await openStream()
  const { stream } = opened
  stream.cork()
  stream.uncork()
  stream.uncork()
  await turns()
  stream.cork()
  const text = `data: ${'x'.repeat(stream.capacity)}\n\n`
  stream.write(text)
  await turns()
  expect(stream.bufferedBytes).toBe(text.length)
  stream.uncork()
  await turns()
  expect(stream.bufferedBytes).toBe(0)
})

/** A stream that has begun, and its client, which reads everything. */
async function openStream() {
  const server = createServer()
  const port = await listen(server)
  const asking = get({ host: '127.0.0.1', port, agent: false })
  asking.on('error', () => undefined)
  asking.once('response', (reading) => reading.on('error', () => undefined).resume())
  // What Node emits with `request`.
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
  let ends = 0
  const owner = { onDrain: () => undefined, onEnd: () => (ends += 1) }
  const stream = new ResponseStream(response, owner, new VirtualClock())
  const answered = once(asking, 'response')
  stream.begin()
  stream.write('data: 1\n\n')
  await answered
  return {
    response,
    stream,
    ends: () => ends,
    [Symbol.asyncDispose]: () => stop(server),
  }
}

/** Lets what was written leave, as far as the network takes it. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
