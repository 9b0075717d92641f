import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { HeldPermission } from '../engine/held-permission.ts'
import { askFrames, type FrameStream, framesPath, openFrames } from '../support/frame-request.ts'
import { type HttpServer, startHttpServer } from '../support/http-server.ts'
import { noRate } from '../support/no-rate.ts'
import { type Account, accountOf, indexesIn, numbered } from '../support/numbered-events.ts'
import { openChannels } from '../support/open-channels.ts'
import { until } from '../support/until.ts'

const kept = { size: 1_000, bytes: 64 * 1_024 * 1_024 }
const channels = {
  ...openChannels,
  every: { subscribe: 'anyone', history: kept },
  few: { subscribe: 'anyone', history: { size: 10 } },
  plain: { subscribe: 'anyone' },
  drop: { subscribe: 'anyone', delivery: 'drop', history: { size: 10 } },
  latest: { subscribe: 'anyone', delivery: 'latest', history: { size: 10 } },
  disconnect: {
    subscribe: 'anyone',
    delivery: 'disconnect',
    slowGraceMs: 50,
    history: { size: 10 },
  },
} as const

// Some 20 MB: far more than the buffers of both sides take.
const count = 500
const subscribe = (channel: string, fields: object = {}) => ({
  ...{ type: 'subscribe', id: 1, channel, ...fields },
})

describe('a stream of frames whose client stops reading', () => {
  /** Follows a channel, and reads nothing while much is published on it. */
  async function stall(server: HttpServer, channel: string): Promise<FrameStream> {
    const stream = await (await openFrames(server.port, [subscribe(channel)])).begin()
    stream.pause()
    for (let index = 1; index <= count; index += 1) {
      await server.tide.publish(channel, numbered(index))
      if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    return stream
  }

  /** Reads on until all is accounted for. */
  function readOn(stream: FrameStream): Promise<Account> {
    stream.resume()
    return accountOf(count, () => stream.frame())
  }

  it('gets every event when all are kept, in order', async () => {
    await using server = await startHttpServer({ channels })
    await using stream = await stall(server, 'every')
    const { indexes, missed } = await readOn(stream)
    expect([indexes, missed]).toEqual([Array.from({ length: count }, (_, index) => index + 1), 0])
  })

  it.each(['few', 'plain', 'drop'])('is told what it missed on %s', async (channel) => {
    await using server = await startHttpServer({ channels })
    await using stream = await stall(server, channel)
    const { indexes, missed } = await readOn(stream)
    expect(indexes).toEqual([...indexes].sort((one, other) => one - other))
    expect(missed).toBeGreaterThan(0)
    expect(indexes.length + missed).toBe(count)
  })

  it('gets the newest value of a channel that delivers those', async () => {
    await using server = await startHttpServer({ channels })
    await using stream = await stall(server, 'latest')
    const { indexes, missed } = await readOn(stream)
    expect([indexes.at(-1), missed]).toEqual([count, 0])
    expect(indexes.length).toBeLessThan(count)
  })

  it('is told so and ended by a channel that disconnects: 4009', async () => {
    await using server = await startHttpServer({ channels })
    await using stream = await stall(server, 'disconnect')
    await until(() => server.tide.connectionCount === 0)
    stream.resume()
    let last = await stream.frame()
    while (last.type !== 'close') last = await stream.frame()
    expect(last).toMatchObject({ code: 4009 })
    await stream.ended()
    await until(() => server.tide.connectionCount === 0)
  })

  it('is ended when it never reads, and nothing of it is left', async () => {
    await using server = await startHttpServer({ channels })
    const body = JSON.stringify(subscribe('disconnect'))
    // Nobody listens to what it gets, so Node does not read it.
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    socket.on('error', () => undefined)
    socket.write(
      `POST ${framesPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n` +
        `Accept: text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    await until(() => server.tide.connectionCount === 1)
    // As much as fills the buffers of this machine, which may be large.
    for (let index = 1; server.tide.connectionCount > 0; index += 1) {
      await server.tide.publish('disconnect', numbered(index))
      await new Promise((resolve) => setImmediate(resolve))
    }
    // Its goodbye, which it does not read either, has some seconds.
    await expect.poll(() => openSockets(server)).toBe(0)
    socket.destroy()
  })

  it('is ended with 4009 when it asks on and reads no answer', async () => {
    await using server = await startHttpServer({ channels, limits: noRate })
    for (let index = 1; index <= 10; index += 1) await server.tide.publish('few', numbered(index))
    const asks = Array.from({ length: 500 }, (_, id) => ({ type: 'history', id, channel: 'few' }))
    await using stream = await openFrames(server.port, asks)
    stream.pause()
    await until(() => /cause="tooSlow"} 1/.test(server.tide.metrics()))
    stream.resume()
    let last = await stream.frame()
    while (last.type !== 'close') last = await stream.frame()
    expect(last).toMatchObject({ code: 4009 })
  })
})

describe('an answer of frames that is gathered', () => {
  it('holds no more than a slow reader may have unsent: 4009', async () => {
    await using server = await startHttpServer({ channels, limits: noRate })
    for (let index = 1; index <= 10; index += 1) await server.tide.publish('few', numbered(index))
    const asks = Array.from({ length: 500 }, (_, id) => ({ type: 'history', id, channel: 'few' }))
    const { text, frames } = await askFrames(server.port, asks)
    expect(frames.at(-1)).toMatchObject({ type: 'close', code: 4009 })
    // One more than fits, as over a WebSocket.
    expect(text.length).toBeGreaterThan(1_024 * 1_024)
    expect(text.length).toBeLessThan(2 * 1_024 * 1_024)
    await until(() => server.tide.connectionCount === 0)
  })

  it('leaves events in the log when it has enough of them, while an answer takes its time', async () => {
    const held = new HeldPermission()
    const late = { subscribe: 'anyone', canSubscribe: held.can } as const
    await using server = await startHttpServer({ channels: { ...channels, late } })
    const asking = askFrames(server.port, [subscribe('every'), { ...subscribe('late'), id: 2 }])
    await until(() => held.asked.length === 1)
    for (let index = 1; index <= 100; index += 1) {
      await server.tide.publish('every', numbered(index))
      await new Promise((resolve) => setImmediate(resolve))
    }
    held.answer(true)
    const { text, frames } = await asking
    expect(frames.at(-1)).toMatchObject({ type: 'ack', id: 2 })
    expect(text.length).toBeLessThan(1_024 * 1_024)
    // The next request goes on from there: nothing is left out before it.
    const indexes = frames.flatMap(indexesIn)
    expect(indexes.length).toBeGreaterThan(0)
    expect(indexes).toEqual(indexes.map((_, index) => index + 1))
  })
})

function openSockets({ http }: HttpServer): Promise<number> {
  return new Promise((resolve, reject) => {
    http.getConnections((cause, open) => (cause === null ? resolve(open) : reject(cause)))
  })
}
