import { createServer, request as openRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { Link, LinkHandler } from '../../src/core/ports/link.ts'
import type { WireData } from '../../src/protocol/codec.ts'
import { type LinkUnderTest, VirtualClock } from '../../src/testing/index.ts'
import { SseTransport } from '../../src/transports/sse.ts'
import { listen, stop } from '../support/start-server.ts'
import { until } from '../support/until.ts'
import {
  dataOf,
  framed,
  heartbeatMs,
  oneWayContract,
  openStream,
  type ReadEvent,
} from './event-stream-link.ts'

const messages = ['{"n":1}', JSON.stringify('é😀'.repeat(5_000)), '{"n":3}']

describe('a link of frames over HTTP', () => {
  for (const { name, run } of oneWayContract((handler) => openLink(() => handler))) it(name, run)

  it('says what came with its request, whole and in order', async () => {
    const heard: [data: WireData, bytes: number][] = []
    await using _subject = await openLink(
      () => ({ ...deaf, onData: (data, bytes) => heard.push([data, bytes]) }),
      messages,
    )
    expect(heard).toEqual(messages.map((message) => [message, Buffer.byteLength(message)]))
  })

  it('says nothing while it is paused, and goes on in order, outside of the call', async () => {
    const heard: WireData[] = []
    await using subject = await openLink(
      (link) => ({ ...deaf, onData: hearAndPause(link, heard) }),
      messages,
    )
    for (let said = 1; said <= messages.length; said += 1) {
      await subject.passTime(60_000)
      expect(heard).toEqual(messages.slice(0, said))
      subject.link.resume()
      expect(heard).toHaveLength(said)
    }
    await subject.turn()
    expect(heard).toEqual(messages)
  })

  it('tells its end once when its client leaves, and says nothing after it', async () => {
    const heard: WireData[] = []
    const ends: number[] = []
    await using subject = await openLink(
      (link) => ({
        ...deaf,
        onData: hearAndPause(link, heard),
        onClose: (code) => ends.push(code),
      }),
      messages,
    )
    subject.peer.close()
    await until(() => ends.length > 0)
    subject.link.resume()
    await subject.passTime(60_000)
    expect([heard, ends]).toEqual([messages.slice(0, 1), [1006]])
  })

  it('gives a sign of life twice a heartbeat', async () => {
    await using subject = await openLink(() => deaf)
    for (let beats = 1; beats <= 5; beats += 1) {
      await subject.passTime(heartbeatMs / 2)
      await until(() => subject.peer.received.length >= beats)
      expect(subject.peer.received.map((frame) => JSON.parse(frame))).toEqual(
        Array.from({ length: beats }, () => ({ type: 'heartbeat', time: expect.any(Number) })),
      )
    }
  })

  it('tells the end of a client that has left before there was a link', async () => {
    const ends: number[] = []
    const { transport } = frameTransport(() => ({ ...deaf, onClose: (code) => ends.push(code) }))
    const server = createServer((request, response) => {
      request.socket.destroy()
      transport.openFrames({ response, messages }, { remoteAddress: 'unknown' })
    })
    const request = openRequest({ host: '127.0.0.1', port: await listen(server), agent: false })
    request.on('error', () => undefined).end()
    await until(() => ends.length > 0)
    // Nothing is left that it would have to wait for.
    await transport.close(60_000)
    expect(ends).toEqual([1006])
    await stop(server)
  })
})

/** Hears a message, and wants no other for now. */
function hearAndPause(link: Link, heard: WireData[]): LinkHandler['onData'] {
  return (data) => {
    heard.push(data)
    link.pause()
  }
}

const deaf: LinkHandler = {
  onData: () => undefined,
  onControl: () => false,
  onDrain: () => undefined,
  onViolation: () => undefined,
  onClose: () => undefined,
}

/** A transport, on virtual time, whose links are handled as is said. */
function frameTransport(handlerOf: (link: Link) => LinkHandler) {
  const clock = new VirtualClock()
  const links: Link[] = []
  const transport = new SseTransport({
    accept(link) {
      links.push(link)
      // The engine says hello; with it the head of the response goes.
      link.send(framed(hello))
      return handlerOf(link)
    },
    clock,
    wheel: clock,
    heartbeatMs,
  })
  return { clock, links, transport }
}

function openLink(
  handlerOf: (link: Link) => LinkHandler,
  said: readonly string[] = [],
): Promise<LinkUnderTest> {
  const { clock, links, transport } = frameTransport(handlerOf)
  return openStream({
    clock,
    links,
    answer(response) {
      transport.openFrames({ response, messages: said }, { remoteAddress: 'unknown' })
    },
    readEvent,
  })
}

const hello = '{"type":"connected"}'

const readEvent: ReadEvent = (event) => {
  const data = dataOf(event)
  if (data === null || data === hello) return null
  return data.startsWith('{"type":"close"') ? JSON.parse(data) : data
}
