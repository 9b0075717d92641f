import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ChannelRules } from '../../src/core/channel/rules.ts'
import type { EventFields, ServerFrame } from '../../src/protocol/frames.ts'
import { openByteSocket } from '../support/byte-socket.ts'
import { clientFrame } from '../support/client-frame.ts'
import { noRate } from '../support/no-rate.ts'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import { startServer, type TestServer } from '../support/start-server.ts'
import { VirtualHub } from '../support/virtual-hub.ts'

const channels = {
  ...openChannels,
  'wall:{name}': {
    subscribe: 'anyone',
    publish: 'anyone',
    history: { size: 1_000 },
    windowMs: 20,
    maxEvents: 5,
  },
} as const

let server: TestServer
beforeAll(async () => {
  server = await startServer({ channels, limits: noRate })
})
afterAll(() => server[Symbol.asyncDispose]())

/** Reads events until `count` have come. */
async function receive(client: RawClient, count: number): Promise<readonly EventFields[]> {
  const events: EventFields[] = []
  while (events.length < count) events.push(...eventsIn(await client.next()))
  return events
}

function eventsIn(frame: ServerFrame): readonly EventFields[] {
  if (frame.type === 'message') return [frame]
  if (frame.type === 'batch') return frame.events
  throw new Error(`${frame.type} is no delivery`)
}

/** PROTOCOL.md, section 4. */
describe('delivering', () => {
  test('P-030 one event is a message', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:one' })
    await server.tide.publish('log:one', { text: 'héllo ✓' })
    expect(await client.next()).toEqual({
      type: 'message',
      channel: 'log:one',
      offset: 1,
      payload: { text: 'héllo ✓' },
      time: expect.any(Number),
    })
  })

  test('P-030 an event of a channel without history has no offset', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'room:one' })
    await server.tide.publish('room:one', null)
    const message = await client.next('message')
    expect(message).toMatchObject({ payload: null })
    expect(message).not.toHaveProperty('offset')
  })

  test('P-030 several events are a batch, oldest first, with their count', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:several' })
    await Promise.all([1, 2, 3].map((payload) => server.tide.publish('log:several', payload)))
    expect(await client.next()).toEqual({
      type: 'batch',
      channel: 'log:several',
      count: 3,
      events: [1, 2, 3].map((n) => ({ offset: n, payload: n, time: expect.any(Number) })),
    })
  })

  test('P-030 a window gathers events, and maxEvents ends it early', async () => {
    const virtual = new VirtualHub({ rules: new ChannelRules(channels) })
    const link = virtual.connect()
    await link.ask({ type: 'subscribe', id: 1, channel: 'wall:a' })
    for (const payload of [1, 2, 3]) await virtual.hub.publish('wall:a', payload)
    await virtual.clock.advance(19)
    expect(link.frames()).toEqual([])
    await virtual.clock.advance(1)
    expect(link.frames()).toMatchObject([{ type: 'batch', count: 3 }])
    for (const payload of [4, 5, 6, 7, 8]) await virtual.hub.publish('wall:a', payload)
    await virtual.clock.advance(0)
    expect(link.frames()).toMatchObject([{ type: 'batch', count: 5 }])
    await virtual.hub.publish('wall:a', 9)
    await virtual.clock.advance(20)
    expect(link.frames()).toMatchObject([{ type: 'message', offset: 9 }])
  })

  test('P-030 a batch is cut at 64 KiB and nothing is lost at the cut', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:large' })
    const payload = 'x'.repeat(30_000)
    await Promise.all(Array.from({ length: 7 }, () => server.tide.publish('log:large', payload)))
    const offsets: unknown[] = []
    while (offsets.length < 7) {
      const bytes = await client.nextBytes()
      expect(bytes.length).toBeLessThan(65 * 1024)
      offsets.push(...eventsIn(JSON.parse(String(bytes))).map(({ offset }) => offset))
    }
    expect(offsets).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('P-031 offsets grow by one and no event claims another predecessor', async () => {
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:grow' })
    for (let payload = 1; payload <= 60; payload += 1) {
      const published = server.tide.publish('log:grow', payload)
      if (payload % 7 === 0) await published
    }
    const events = await receive(client, 60)
    expect(events.map(({ offset }) => offset)).toEqual(range(1, 60))
    for (const event of events) expect(event).not.toHaveProperty('prev')
  })

  test.each([
    ['log:storm', 'in the same turn'],
    ['wall:storm', 'in a window'],
  ])(
    'P-032 %s: who joins amid a storm gets every event after its start once (%s)',
    async (channel) => {
      await using writer = await connectRaw(server.url)
      const total = 400
      for (let payload = 1; payload <= total; payload += 1) {
        writer.send({ type: 'publish', channel, payload })
      }
      const readers = await Promise.all(range(1, 5).map(() => connectRaw(server.url)))
      for (const [index, reader] of readers.entries()) {
        reader.send({ type: 'subscribe', id: 1, channel, last: index * 10 })
        const { position } = await reader.next('ack')
        const start = position?.offset ?? Number.NaN
        const events = await receive(reader, total - start)
        expect(events.map(({ offset }) => offset)).toEqual(range(start + 1, total))
        await reader.expectSilence()
        await reader[Symbol.asyncDispose]()
      }
    },
  )

  test('P-032 a reader that comes back again and again misses nothing and gets nothing twice', async () => {
    await using writer = await connectRaw(server.url)
    const { position } = await server.tide.publish('log:back', 'first')
    let since = position
    const offsets: unknown[] = []
    for (const round of range(1, 10)) {
      await using reader = await connectRaw(server.url)
      const subscribe = { type: 'subscribe', id: 1, channel: 'log:back', since }
      expect(await reader.ask(subscribe), `round ${round}`).toMatchObject({ recovered: true })
      const burst = range(1, 8).map((payload) => ({
        type: 'publish',
        channel: 'log:back',
        payload,
      }))
      writer.send(burst)
      offsets.push(...(await receive(reader, 3)).map(({ offset }) => offset))
      since = { epoch: since?.epoch ?? '', offset: Number(offsets.at(-1)) }
    }
    expect(offsets).toEqual(range(2, offsets.length + 1))
  })

  test('P-035 all subscribers get the same bytes', async () => {
    const sockets = await Promise.all(range(1, 3).map(() => openByteSocket(server.port)))
    for (const socket of sockets) {
      await socket.handshake()
      await socket.nextFrame()
      const subscribe = { type: 'subscribe', id: 1, channel: 'log:same' }
      socket.write(clientFrame(JSON.stringify(subscribe)))
      await socket.nextFrame()
    }
    await Promise.all([1, 2, 3].map((payload) => server.tide.publish('log:same', { payload })))
    const [first, ...others] = await Promise.all(sockets.map((socket) => socket.nextFrame()))
    expect(String(first?.payload)).toContain('"batch"')
    expect(first?.opcode).toBe(0x1)
    for (const other of others) expect(other.bytes.equals(first?.bytes ?? Buffer.of())).toBe(true)
    for (const socket of sockets) await socket[Symbol.asyncDispose]()
  })

  test('P-035 a frame is encoded once per flush and shared', async () => {
    const virtual = new VirtualHub()
    const links = range(1, 3).map(() => virtual.connect())
    for (const link of links) await link.ask({ type: 'subscribe', id: 1, channel: 'log:same' })
    await virtual.hub.publish('log:same', 'hello')
    await virtual.clock.advance(0)
    const [shared, ...others] = links.flatMap((link) => link.take())
    expect(shared).toBeInstanceOf(Uint8Array)
    expect(others).toHaveLength(2)
    for (const frame of others) expect(frame).toBe(shared)
  })
})

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
