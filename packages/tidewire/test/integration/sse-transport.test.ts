import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { systemClock } from '../../src/node/system.ts'
import type { Codec } from '../../src/protocol/codec.ts'
import { protocolError } from '../../src/protocol/protocol-error.ts'
import { SseTransport } from '../../src/transports/sse.ts'
import { sendHttp } from '../support/send-http.ts'
import { listen, stop } from '../support/start-server.ts'
import { until } from '../support/until.ts'

it('a stream goes on until the last of its channels was ended', async () => {
  const ends: number[] = []
  const transport = new SseTransport({
    clock: systemClock,
    wheel: systemClock,
    heartbeatMs: 25_000,
    accept(link, { codec }) {
      const say = (frame: Parameters<Codec['encode']>[0]) => link.send(codec.encode(frame))
      return {
        onData(data) {
          // Each of its subscribes is granted, and ended when both were.
          const { id, channel } = JSON.parse(String(data))
          say({ type: 'ack', id, channel, position: null })
          if (channel !== 'b') return
          for (const ended of ['a', 'b']) {
            say({ type: 'unsubscribed', channel: ended, ...protocolError('FORBIDDEN') })
          }
        },
        onControl: () => false,
        onDrain: () => undefined,
        onViolation: () => undefined,
        onClose: (code) => ends.push(code),
      }
    },
  })
  const server = createServer((_request, response) => {
    const stream = { response, channels: ['a', 'b'], since: [], isHead: false, onRefused() {} }
    transport.open(stream, { remoteAddress: 'unknown' })
  })
  const { text } = await sendHttp(await listen(server), '/')
  expect(text.match(/event: \w+/g)).toEqual([
    'event: ack',
    'event: ack',
    'event: unsubscribed',
    'event: unsubscribed',
  ])
  await until(() => ends.length > 0)
  expect(ends).toEqual([1006])
  await stop(server)
})
