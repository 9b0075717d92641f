import { describe, expect, test } from 'vitest'
import { ChannelRules } from '../../src/core/channel/rules.ts'
import { openChannels } from '../support/open-channels.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startServer } from '../support/start-server.ts'
import { VirtualHub, type VirtualLink } from '../support/virtual-hub.ts'

const channels = {
  ...openChannels,
  'board:{name}': {
    subscribe: 'anyone',
    publish: 'anyone',
    delivery: 'latest',
    conflateKey: 'seat',
    history: { size: 10 },
  },
  'duty:{name}': {
    subscribe: 'anyone',
    delivery: 'disconnect',
    slowGraceMs: 3_000,
    history: { size: 10 },
  },
} as const

const dropping = {
  'drop:{name}': {
    subscribe: 'anyone',
    publish: 'anyone',
    delivery: 'drop',
    history: { size: 10 },
  },
} as const

/** A hub and a link that has subscribed to one of these channels. */
async function subscribed(channel: string): Promise<{ virtual: VirtualHub; link: VirtualLink }> {
  const virtual = new VirtualHub({ rules: new ChannelRules(channels) })
  const link = virtual.connect()
  await link.ask({ type: 'subscribe', id: 1, channel })
  return { virtual, link }
}

async function publishAll(
  { hub, clock }: VirtualHub,
  channel: string,
  payloads: readonly unknown[],
): Promise<void> {
  for (const payload of payloads) await hub.publish(channel, payload)
  await clock.advance(0)
}

/** PROTOCOL.md P-031 to P-034: what a reader gets that is slower than its channel. */
describe('falling behind', () => {
  test('P-032 a slow reader gets every kept event later, in order and once', async () => {
    const { virtual, link } = await subscribed('log:a')
    link.isCongested = true
    await publishAll(virtual, 'log:a', [1, 2, 3, 4])
    expect(link.frames()).toEqual([])
    await link.drain()
    expect(link.frames()).toMatchObject([
      { type: 'batch', events: [1, 2, 3, 4].map((n) => ({ offset: n, payload: n })) },
    ])
    await publishAll(virtual, 'log:a', [5])
    expect(link.frames()).toMatchObject([{ type: 'message', offset: 5 }])
  })

  test('P-032 what is not kept any more is told as a gap, in its place', async () => {
    const { virtual, link } = await subscribed('short:a')
    await publishAll(virtual, 'short:a', [1])
    link.take()
    link.isCongested = true
    await publishAll(virtual, 'short:a', [2, 3, 4, 5, 6])
    await link.drain()
    const epoch = expect.any(String)
    expect(link.frames()).toMatchObject([
      {
        type: 'gap',
        channel: 'short:a',
        from: { epoch, offset: 1 },
        to: { epoch, offset: 3 },
        missed: 2,
        reason: 'HISTORY_TRIMMED',
      },
      { type: 'batch', events: [{ offset: 4 }, { offset: 5 }, { offset: 6 }] },
    ])
  })

  test('P-032 a slow reader holds up nobody', async () => {
    const { virtual, link: slow } = await subscribed('log:a')
    const quick = virtual.connect()
    await quick.ask({ type: 'subscribe', id: 1, channel: 'log:a' })
    slow.isCongested = true
    await publishAll(virtual, 'log:a', [1, 2])
    expect(quick.frames()).toMatchObject([{ type: 'batch', count: 2 }])
    expect(slow.frames()).toEqual([])
  })

  test('P-032 a real reader that stops and reads on misses nothing', async () => {
    await using server = await startServer({
      channels: { flood: { subscribe: 'anyone', history: { size: 500, bytes: 64 * 1024 * 1024 } } },
    })
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'flood' })
    client.pause()
    const payload = 'x'.repeat(40_000)
    for (let count = 0; count < 300; count += 1) await server.tide.publish('flood', payload)
    client.resume()
    for (let offset = 1; offset <= 300; offset += 1) {
      expect(await client.next('message')).toMatchObject({ offset })
    }
    await client.expectSilence()
  })

  test('P-033 on a latest channel a slow reader gets the newest value of each key and no gap', async () => {
    const { virtual, link } = await subscribed('board:a')
    link.isCongested = true
    const values = [1, 2, 1, 1, 2].map((seat, index) => ({ seat, bid: index + 1 }))
    await publishAll(virtual, 'board:a', values)
    await link.drain()
    expect(link.frames()).toMatchObject([
      {
        type: 'batch',
        events: [
          { offset: 4, payload: { seat: 1, bid: 4 } },
          { offset: 5, payload: { seat: 2, bid: 5 } },
        ],
      },
    ])
  })

  test('P-033 who subscribes to a latest channel gets the newest values first', async () => {
    const { virtual } = await subscribed('board:a')
    await publishAll(virtual, 'board:a', [
      { seat: 1, bid: 1 },
      { seat: 1, bid: 2 },
    ])
    const late = virtual.connect()
    const frames = await late.ask({ type: 'subscribe', id: 1, channel: 'board:a' })
    expect(frames).toMatchObject([
      { type: 'ack' },
      { type: 'message', offset: 2, payload: { seat: 1, bid: 2 } },
    ])
  })

  test('P-034 without history a slow reader is told how many it missed', async () => {
    const { virtual, link } = await subscribed('room:a')
    link.isCongested = true
    await publishAll(virtual, 'room:a', [1, 2, 3])
    await link.drain()
    expect(link.frames()).toMatchObject([
      { type: 'gap', channel: 'room:a', missed: 3, from: null, to: null, reason: 'SLOW_READER' },
    ])
    await publishAll(virtual, 'room:a', [4])
    expect(link.frames()).toMatchObject([{ type: 'message', payload: 4 }])
  })

  test('P-034 a reader that is too slow for a disconnect channel is closed 4009 after its grace', async () => {
    const { virtual, link } = await subscribed('duty:a')
    link.isCongested = true
    await publishAll(virtual, 'duty:a', [1])
    await virtual.clock.advance(2_999)
    expect(link.closed).toBeNull()
    await virtual.clock.advance(1)
    expect(link.closed).toMatchObject({ code: 4009 })
  })

  test('P-023 echo: false does not deliver to the publishing connection, and to all others', async () => {
    await using server = await startServer()
    for (const channel of ['log:echo', 'room:echo']) {
      await using publisher = await connectRaw(server.url)
      await using other = await connectRaw(server.url)
      await publisher.ask({ type: 'subscribe', id: 1, channel })
      await other.ask({ type: 'subscribe', id: 1, channel })
      const publish = { type: 'publish', id: 2, channel, payload: 'not to me', echo: false }
      expect(await publisher.ask(publish)).toMatchObject({ type: 'ack', id: 2 })
      expect(await other.next('message')).toMatchObject({ payload: 'not to me' })
      await publisher.expectSilence()
      await server.tide.publish(channel, 'to all')
      expect(await publisher.next('message')).toMatchObject({ payload: 'to all' })
    }
  })

  test('P-031 an event whose predecessor was not for this connection names the one before', async () => {
    await using server = await startServer()
    await using client = await connectRaw(server.url)
    await client.ask({ type: 'subscribe', id: 1, channel: 'log:prev' })
    const publish = { type: 'publish', channel: 'log:prev' }
    client.send({ ...publish, payload: 1 })
    expect(await client.next('message')).not.toHaveProperty('prev')
    await client.ask({ ...publish, id: 2, payload: 2, echo: false })
    client.send({ ...publish, payload: 3 })
    expect(await client.next('message')).toMatchObject({ offset: 3, prev: 1 })
    client.send({ ...publish, payload: 4 })
    expect(await client.next('message')).not.toHaveProperty('prev')
  })

  test('P-023 of several events in one flush only its own are left out', async () => {
    await using server = await startServer({ channels: { ...channels, ...dropping } })
    for (const channel of ['log:mixed', 'room:mixed', 'drop:mixed']) {
      await using client = await connectRaw(server.url)
      await client.ask({ type: 'subscribe', id: 1, channel })
      const own = { type: 'publish', channel, payload: 'own', echo: false }
      const wanted = { type: 'publish', channel, payload: 'wanted' }
      client.send([own, wanted, own, wanted, own])
      const batch = await client.next('batch')
      expect(batch.events.map(({ payload }) => payload)).toEqual(['wanted', 'wanted'])
      const predecessors = channel === 'room:mixed' ? [undefined, undefined] : [0, 2]
      expect(batch.events.map(({ prev }) => prev)).toEqual(predecessors)
      client.send(wanted)
      const next = await client.next('message')
      expect(next.prev).toBe(channel === 'room:mixed' ? undefined : 4)
    }
  })
})
