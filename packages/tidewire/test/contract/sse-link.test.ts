import { describe, it } from 'vitest'
import type { Link, LinkHandler } from '../../src/core/ports/link.ts'
import { type LinkUnderTest, VirtualClock } from '../../src/testing/index.ts'
import { SseTransport } from '../../src/transports/sse.ts'
import {
  dataOf,
  heartbeatMs,
  oneWayContract,
  openStream,
  overriding,
  type ReadEvent,
} from './event-stream-link.ts'

describe('a link of server-sent events', () => {
  for (const { name, run } of oneWayContract(openLink)) it(name, run)
})

function openLink(handler: LinkHandler): Promise<LinkUnderTest> {
  const clock = new VirtualClock()
  const links: Link[] = []
  const transport = new SseTransport({
    accept(link, { codec }) {
      links.push(link)
      // The answer to its subscribe: with it the stream begins.
      const answer = () =>
        link.send(codec.encode({ type: 'ack', id: 0, channel: 'any', position: null }))
      return overriding(handler, { onData: answer })
    },
    clock,
    wheel: clock,
    heartbeatMs,
  })
  return openStream({
    clock,
    links,
    answer(response) {
      const stream = { response, channels: ['any'], since: [], isHead: false, onRefused() {} }
      transport.open(stream, { remoteAddress: 'unknown' })
    },
    readEvent,
  })
}

const readEvent: ReadEvent = (event) => {
  const data = dataOf(event)
  if (data === null || event.startsWith('event: ack')) return null
  return event.startsWith('event: close') ? JSON.parse(data) : data
}
