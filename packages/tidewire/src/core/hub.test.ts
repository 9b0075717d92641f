import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { HeldBroker } from '../../test/engine/held-broker.ts'
import { type EngineOptions, startEngine } from '../../test/engine/start-engine.ts'
import { noRate } from '../../test/support/no-rate.ts'
import type { EventFields, ServerFrame } from '../protocol/frames.ts'

const channel = 'open:1'

describe('fan-out', () => {
  it('hands every subscriber the same bytes', async () => {
    const { clock, hub, connect } = startEngine()
    const peers = [connect(), connect(), connect()]
    for (const peer of peers) peer.send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    await hub.publish(channel, { text: 'é' })
    await clock.advance(0)
    const [text] = peers[0]?.texts.slice(2) ?? []
    expect(text).toBe(
      '{"type":"message","channel":"open:1","offset":1,"payload":{"text":"é"},"time":1000000}',
    )
    for (const peer of peers) expect(peer.texts.slice(2)).toEqual([text])
  })

  it('knows what the server publishes again by what it gave, not by what the schema made of it', async () => {
    let count = 0
    const schema = z.object({ id: z.union([z.string(), z.bigint().transform(String)]) })
    const numbered = schema.transform((given) => ({ ...given, count: ++count }))
    const { hub } = startEngine({
      channels: { 'open:{id}': { schema: numbered, history: { size: 10 } } },
    })
    const first = await hub.publish(channel, { id: 'a' }, 'k')
    expect(await hub.publish(channel, { id: 'a' }, 'k')).toEqual({ ...first, duplicate: true })
    expect(await hub.publish(channel, { id: 'b' }, 'k')).toMatchObject({ conflict: true })
    expect(await hub.publish(channel, { id: 7n }, 'other')).toMatchObject({ duplicate: false })
  })

  it('puts what is published in one turn into one frame', async () => {
    const { clock, hub, connect } = startEngine()
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    await Promise.all([1, 2, 3].map((n) => hub.publish(channel, n)))
    await clock.advance(0)
    expect(peer.frames.slice(2)).toMatchObject([{ type: 'batch', count: 3 }])
  })

  it('cuts frames at 64 KiB', async () => {
    const { clock, hub, connect } = startEngine({ congestedBytes: 1e9 })
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    const payloads = Array.from({ length: 30 }, () => 'x'.repeat(10_000))
    await Promise.all(payloads.map((payload) => hub.publish(channel, payload)))
    await clock.advance(0)
    const sizes = peer.texts.slice(2).map((text) => Buffer.byteLength(text))
    expect(sizes.length).toBe(5)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024 + 100)
    expect(peer.frames.slice(2).flatMap(eventsOf).length).toBe(30)
  })

  it('reaches nobody after unsubscribe or on another channel', async () => {
    const { clock, hub, connect } = startEngine()
    const [leaves, other] = [connect(), connect()]
    leaves.send({ type: 'subscribe', id: 1, channel })
    other.send({ type: 'subscribe', id: 1, channel: 'open:2' })
    await clock.advance(0)
    await hub.publish(channel, 'unflushed')
    leaves.send({ type: 'unsubscribe', id: 2, channel })
    await clock.advance(0)
    expect(leaves.frames.slice(2)).toMatchObject([{ type: 'ack', id: 2 }])
    expect(other.frames.length).toBe(2)
  })
})

describe('a reader that reads nothing', () => {
  it('delays nobody, and gets every event once it reads again', async () => {
    const { clock, hub, connect } = startEngine()
    const [slow, fast] = [connect(), connect()]
    for (const peer of [slow, fast]) peer.send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    slow.stall()
    for (let n = 1; n <= 200; n += 1) {
      await hub.publish(channel, `${n} ${'x'.repeat(300)}`)
      await clock.advance(0)
    }
    expect(fast.frames.slice(2).flatMap(eventsOf).length).toBe(200)
    slow.drain()
    await clock.advance(0)
    const offsets = slow.frames
      .slice(2)
      .flatMap(eventsOf)
      .map(({ offset }) => offset)
    expect(offsets).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
    expect(slow.closed).toBeNull()
  })

  it('is sent no more of what it has missed than its link can take', async () => {
    const { clock, hub, connect } = startEngine({ limits: { maxBufferedBytes: 150_000 } })
    for (let n = 1; n <= 100; n += 1) await hub.publish(channel, `${n} ${'x'.repeat(10_000)}`)
    const peer = connect()
    peer.stall()
    peer.send({ type: 'subscribe', id: 1, channel, last: 100 })
    await clock.advance(0)
    // All at once would be a megabyte in the memory of the server, and 4009.
    expect(hub.connectionCount).toBe(1)
    peer.drain()
    await clock.advance(0)
    expect(peer.frames.slice(2).flatMap(eventsOf).length).toBe(100)
  })

  it('is closed with 4009 when it asks on and reads none of the answers', async () => {
    const limits = { maxBufferedBytes: 10_000, ...noRate }
    const { clock, hub, connect } = startEngine({ limits })
    const peer = connect()
    peer.stall()
    for (let count = 0; count < 1_000; count += 1) peer.send({ type: 'heartbeat' })
    await clock.advance(0)
    expect(hub.connectionCount).toBe(0)
    peer.drain()
    expect(peer.closed?.code).toBe(4009)
    expect(peer.texts.join('').length).toBeLessThan(11_000)
  })

  it('is closed with 4009 after a while when its channel says so', async () => {
    const { clock, hub, peer } = await startSlowReader()
    await clock.advance(1_999)
    expect(hub.connectionCount).toBe(1)
    await clock.advance(1)
    peer.drain()
    expect(peer.closed?.code).toBe(4009)
  })

  it('is not closed when it has caught up, though its own last event was not for it', async () => {
    const { clock, peer } = await startSlowReader()
    peer.send({ type: 'publish', id: 2, channel, payload: 'own', echo: false })
    await clock.advance(0)
    peer.drain()
    await clock.advance(10_000)
    expect(peer.closed).toBeNull()
  })

  it('is told how many events it missed on a channel without history', async () => {
    const { clock, hub, connect } = startEngine()
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel: 'plain:1' })
    await clock.advance(0)
    peer.stall()
    for (const n of [1, 2, 3, 4]) {
      await hub.publish('plain:1', `${n} ${'x'.repeat(2_000)}`)
      await clock.advance(0)
    }
    peer.drain()
    await clock.advance(0)
    await hub.publish('plain:1', 'next')
    await clock.advance(0)
    expect(peer.frames.slice(2)).toMatchObject([
      { type: 'message', payload: expect.stringMatching(/^1 /) },
      { type: 'gap', from: null, to: null, missed: 3, reason: 'SLOW_READER' },
      { type: 'message', payload: 'next' },
    ])
  })
})

describe('a channel', () => {
  it('takes no more subscriptions of a connection than the limit', async () => {
    const { clock, connect } = startEngine({ limits: { maxChannels: 2 } })
    const peer = connect()
    for (const id of [1, 2, 3]) peer.send({ type: 'subscribe', id, channel: `open:${id}` })
    await clock.advance(0)
    peer.send({ type: 'unsubscribe', id: 4, channel: 'open:1' })
    peer.send({ type: 'subscribe', id: 5, channel: 'open:3' })
    await clock.advance(0)
    const answers = peer.frames.slice(1).map((frame) => ('code' in frame ? frame.code : frame.type))
    expect(answers).toEqual(['TOO_MANY_CHANNELS', 'ack', 'ack', 'ack', 'ack'])
  })

  it('leaves the broker when its last reader does, however that goes', async () => {
    const { clock, left, connect } = startWatched()
    const [one, two] = [connect(), connect()]
    for (const peer of [one, two]) peer.send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    one.close()
    await clock.advance(0)
    expect(left).toEqual([])
    two.send({ type: 'unsubscribe', id: 2, channel })
    await clock.advance(0)
    expect(left).toEqual([channel])
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('a publish of the server', () => {
  const channels = { 'shop:{id}': { schema: z.object({ n: z.number() }) } } as const

  it('is asked for no right but for the schema', async () => {
    const { hub } = startEngine({ channels })
    expect(await hub.publish('shop:1', { n: 1 })).toMatchObject({ duplicate: false })
    await expect(hub.publish('shop:1', { n: 'one' })).rejects.toThrow(/payload\.n does not fit/)
    await expect(hub.publish('cellar:1', { n: 1 })).rejects.toThrow(TypeError)
  })

  it('rejects when the broker cannot be reached', async () => {
    const { hub, held } = startWatched()
    held.fail()
    await expect(hub.publish(channel, 1)).rejects.toMatchObject({ name: 'BrokerUnavailable' })
  })
})

describe('a hub that closes', () => {
  it('says goodbye to everybody and forgets them', async () => {
    const { clock, hub, connect } = startEngine()
    const peers = [connect(), connect()]
    for (const peer of peers) peer.send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    hub.close()
    await clock.advance(0)
    expect(peers.map(({ closed }) => closed?.code)).toEqual([1001, 1001])
    expect(hub.connectionCount).toBe(0)
  })
})

function startWatched(options: EngineOptions = {}) {
  const left: string[] = []
  let held: HeldBroker | undefined
  const engine = startEngine({
    ...options,
    wrapBroker(memory) {
      held = new HeldBroker(memory, (name) => left.push(name))
      return held
    },
  })
  if (held === undefined) throw new Error('the engine took no broker')
  return { ...engine, held, left }
}

function eventsOf(frame: ServerFrame): readonly EventFields[] {
  if (frame.type === 'message') return [frame]
  return frame.type === 'batch' ? frame.events : []
}

/** A reader that has fallen behind where that ends in 4009 after two seconds. */
async function startSlowReader() {
  const channels = {
    'open:{id}': {
      subscribe: 'anyone',
      publish: 'anyone',
      history: { size: 100 },
      delivery: 'disconnect',
      slowGraceMs: 2_000,
    },
  } as const
  const { clock, hub, connect } = startEngine({ channels })
  const peer = connect()
  peer.send({ type: 'subscribe', id: 1, channel })
  await clock.advance(0)
  peer.stall()
  for (const n of [1, 2, 3]) {
    await hub.publish(channel, `${n} ${'x'.repeat(2_000)}`)
    await clock.advance(0)
  }
  return { clock, hub, peer }
}
