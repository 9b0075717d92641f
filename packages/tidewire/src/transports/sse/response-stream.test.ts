import { once } from 'node:events'
import { createServer, get, type ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { listen, stop } from '../../../test/support/start-server.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { ResponseStream } from './response-stream.ts'

test('a stream whose socket is gone never says that it has finished', async () => {
  const server = createServer()
  const port = await listen(server)
  const asking = get({ host: '127.0.0.1', port, agent: false })
  asking.on('error', () => undefined)
  // What Node emits with `request`.
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
  let ends = 0
  const owner = { onDrain: () => undefined, onEnd: () => (ends += 1) }
  const stream = new ResponseStream(response, owner, new VirtualClock())
  const answered = once(asking, 'response')
  stream.begin()
  stream.write('data: 1\n\n')
  await answered
  let hasFinished = false
  response.once('finish', () => {
    hasFinished = true
  })
  const closed = once(response, 'close')
  response.req.socket.destroy()
  stream.write('data: 2\n\n')
  stream.finish()
  await closed
  await new Promise((resolve) => setImmediate(resolve))
  expect([hasFinished, ends]).toEqual([false, 1])
  await stop(server)
})
