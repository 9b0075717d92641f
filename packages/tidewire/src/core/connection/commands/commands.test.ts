import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { type EngineOptions, startEngine } from '../../../../test/engine/start-engine.ts'
import { startOnHeldBroker } from '../../../../test/engine/start-on-held-broker.ts'

const channel = 'open:1'

describe('a request', () => {
  it('gets one answer with its id, whatever it asks for', async () => {
    const { clock, connect } = startEngine()
    const peer = connect()
    peer.send([
      { type: 'subscribe', id: 1, channel },
      { type: 'publish', id: 2, channel, payload: 'a' },
      { type: 'history', id: 3, channel },
      { type: 'history', id: 4, channel: 'plain:1' },
      { type: 'subscribe', id: 5, channel: 'nowhere' },
      { type: 'publish', id: 6, channel: 'nowhere', payload: 1 },
      { type: 'history', id: 7, channel: 'nowhere' },
      { type: 'call', id: 8, method: 'nothing' },
      { type: 'subscribe', id: 9, channel },
      { type: 'unsubscribe', id: 10, channel: 'plain:1' },
    ])
    await clock.advance(0)
    peer.send({ type: 'unsubscribe', id: 11, channel })
    await clock.advance(0)
    const answers = peer.frames.flatMap((frame) =>
      'id' in frame ? [[frame.id, codeOf(frame)]] : [],
    )
    expect(new Map(answers.map(([id, code]) => [id, code]))).toEqual(
      new Map<unknown, unknown>([
        [1, 'ack'],
        [2, 'ack'],
        [3, 'ack'],
        [4, 'NO_HISTORY'],
        [5, 'FORBIDDEN'],
        [6, 'FORBIDDEN'],
        [7, 'FORBIDDEN'],
        [8, 'UNKNOWN_METHOD'],
        [9, 'ALREADY_SUBSCRIBED'],
        [10, 'NOT_SUBSCRIBED'],
        [11, 'ack'],
      ]),
    )
    expect(answers.length).toBe(11)
  })

  it('for history waits for the one before, whatever became of it, and is dropped with the connection', async () => {
    const { clock, held, connect } = startOnHeldBroker()
    const reads = () => held.asked.filter((call) => call === 'read').length
    const peer = connect()
    held.fail()
    peer.send({ type: 'history', id: 1, channel })
    await clock.advance(0)
    held.recover()
    held.hold('read')
    const before = reads()
    peer.send([2, 3, 4].map((id) => ({ type: 'history', id, channel })))
    await clock.advance(0)
    expect(reads()).toBe(before + 1)
    held.release('read')
    await clock.advance(0)
    const answers = peer.frames.flatMap((frame) => ('id' in frame ? [frame.id] : []))
    expect(answers).toEqual([1, 2, 3, 4])
    held.hold('read')
    peer.send([5, 6, 7].map((id) => ({ type: 'history', id, channel })))
    await clock.advance(0)
    peer.close()
    await clock.advance(0)
    held.release('read')
    await clock.advance(0)
    expect(reads()).toBe(before + 4)
  })

  it('may not use the id of one that is still open, and the open one is still answered', async () => {
    const { clock, held, connect } = startOnHeldBroker()
    const peer = connect()
    held.hold('publish')
    peer.send({ type: 'publish', id: 1, channel, payload: 'a' })
    peer.send({ type: 'publish', id: 1, channel, payload: 'b' })
    await clock.advance(0)
    expect(peer.frames.slice(1)).toEqual([
      { type: 'error', code: 'INVALID_FRAME', message: expect.stringContaining('id is in use') },
    ])
    held.release('publish')
    await clock.advance(0)
    peer.send({ type: 'publish', id: 1, channel, payload: 'c' })
    await clock.advance(0)
    const offsets = peer.frames
      .slice(2)
      .map((frame) => 'position' in frame && frame.position?.offset)
    expect(offsets).toEqual([1, 2])
  })

  it('is not answered on a connection that has ended', async () => {
    const { clock, held, hub, connect } = startOnHeldBroker()
    const peer = connect()
    held.hold('publish')
    peer.send({ type: 'publish', id: 1, channel, payload: 'a' })
    peer.close()
    await clock.advance(0)
    held.release('publish')
    await clock.advance(0)
    expect([peer.texts.length, hub.connectionCount]).toEqual([1, 0])
  })
})

describe('a heartbeat', () => {
  it('is answered with the time of the server', async () => {
    const { clock, connect } = startEngine()
    const peer = connect()
    await clock.advance(5)
    peer.send({ type: 'heartbeat' })
    expect(peer.frames.slice(1)).toEqual([{ type: 'heartbeat', time: 1_000_005 }])
  })
})

describe('a publish', () => {
  it('is acknowledged after the broker has it, not before', async () => {
    const { clock, held, connect } = startOnHeldBroker()
    const peer = connect()
    held.hold('publish')
    peer.send({ type: 'publish', id: 1, channel, payload: 'a' })
    await clock.advance(1_000)
    expect(peer.frames.length).toBe(1)
    held.release('publish')
    await clock.advance(0)
    expect(peer.frames[1]).toMatchObject({ type: 'ack', id: 1, channel, position: { offset: 1 } })
  })

  it('with a key that was used answers with the first position', async () => {
    const { clock, connect } = startEngine()
    const peer = connect()
    for (const id of [1, 2]) peer.send({ type: 'publish', id, channel, payload: id, key: 'k' })
    await clock.advance(0)
    const position = { epoch: 'life1-0', offset: 1 }
    expect(peer.frames.slice(1)).toEqual([
      { type: 'ack', id: 1, channel, position },
      { type: 'ack', id: 2, channel, position, duplicate: true, conflict: true },
    ])
  })

  it('without an id is not answered unless it fails', async () => {
    const { clock, broker, connect } = startEngine()
    const peer = connect()
    peer.send({ type: 'publish', channel, payload: 'a' })
    peer.send({ type: 'publish', channel: 'nowhere', payload: 'a' })
    await clock.advance(0)
    expect(peer.frames.slice(1)).toEqual([
      { type: 'error', code: 'FORBIDDEN', message: expect.any(String) },
    ])
    expect((await broker.read(channel, {})).topOffset).toBe(1)
  })

  it('keeps the order of its connection', async () => {
    const { clock, broker, connect } = startEngine()
    const peer = connect()
    const payloads = Array.from({ length: 50 }, (_, index) => index)
    for (const payload of payloads) peer.send({ type: 'publish', channel, payload })
    await clock.advance(0)
    const { events } = await broker.read(channel, {})
    expect(events.map(({ payloadJson }) => Number(payloadJson))).toEqual(payloads)
  })

  it('names its user, and nobody for an anonymous one', async () => {
    const { clock, broker, connect } = startEngine()
    const peer = connect()
    peer.send({ type: 'publish', channel, payload: 1 })
    peer.send({ type: 'auth', token: 'ada' })
    peer.send({ type: 'publish', channel, payload: 2 })
    await clock.advance(0)
    const { events } = await broker.read(channel, {})
    expect(events.map(({ from }) => from)).toEqual([undefined, 'ada'])
  })

  it('with `echo: false` reaches everybody but its own connection', async () => {
    const { clock, connect } = startEngine()
    const [one, two] = [connect(), connect()]
    for (const peer of [one, two]) peer.send({ type: 'subscribe', id: 0, channel })
    await clock.advance(0)
    one.send({ type: 'publish', channel, payload: 'mine', echo: false })
    await clock.advance(0)
    one.send({ type: 'publish', channel, payload: 'all' })
    await clock.advance(0)
    expect(one.frames.slice(2)).toMatchObject([{ type: 'message', payload: 'all', prev: 0 }])
    expect(two.frames.slice(2)).toMatchObject([{ payload: 'mine' }, { payload: 'all' }])
  })

  const checked: EngineOptions = {
    channels: {
      'sum:{id}': {
        publish: 'anyone',
        history: { size: 10 },
        schema: v.pipe(
          v.number(),
          v.transform((n) => (n === 13 ? explode() : BigInt(n))),
        ),
      },
      'text:{id}': { publish: 'anyone', history: { size: 10 }, schema: v.string() },
    },
  }

  it('that does not fit the schema is refused and not stored', async () => {
    const { clock, broker, connect } = startEngine(checked)
    const peer = connect()
    peer.send({ type: 'publish', id: 1, channel: 'text:1', payload: 7 })
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([{ type: 'error', id: 1, code: 'INVALID_PAYLOAD' }])
    expect((await broker.read('text:1', {})).topOffset).toBe(0)
  })

  it.each([
    ['throws', 13],
    ['makes something of that is not JSON', 1],
  ])('whose schema %s is answered INTERNAL, and the connection goes on', async (_name, n) => {
    const { clock, logged, connect } = startEngine(checked)
    const peer = connect()
    peer.send({ type: 'publish', id: 1, channel: 'sum:1', payload: n })
    peer.send({ type: 'publish', id: 2, channel: 'text:1', payload: 'a' })
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'error', id: 1, code: 'INTERNAL' },
      { type: 'ack', id: 2 },
    ])
    expect(JSON.stringify(peer.frames)).not.toContain('exploded')
    expect(logged.map(({ level }) => level)).toEqual(['error'])
  })
})

describe('history', () => {
  it('answers the newest events, or those after an offset, or before one', async () => {
    const { clock, hub, connect } = startEngine()
    for (let n = 1; n <= 10; n += 1) await hub.publish(channel, n)
    const peer = connect()
    peer.send([
      { type: 'history', id: 1, channel, limit: 3 },
      { type: 'history', id: 2, channel, after: 2, limit: 3 },
      { type: 'history', id: 3, channel, before: 5, limit: 2 },
      { type: 'history', id: 4, channel, after: 10 },
      { type: 'history', id: 5, channel, limit: 0 },
    ])
    await clock.advance(0)
    const pages = peer.frames.flatMap((frame) => (frame.type === 'ack' ? [frame] : []))
    expect(pages.map(({ events }) => events?.map(({ payload }) => payload))).toEqual([
      [8, 9, 10],
      [3, 4, 5],
      [3, 4],
      [],
      [],
    ])
    expect(pages[0]).toMatchObject({
      position: { epoch: 'life1-0', offset: 10 },
      events: [{ offset: 8 }, { offset: 9 }, { offset: 10, payload: 10, time: 1_000_000 }],
    })
  })

  it('is as long as 1,000 events at most, and 100 by default', async () => {
    const channels = { 'open:{id}': { subscribe: 'anyone', history: { size: 2_000 } } } as const
    const { clock, hub, connect } = startEngine({ channels, limits: { maxBufferedBytes: 1e9 } })
    for (let n = 1; n <= 1_100; n += 1) await hub.publish(channel, n)
    const peer = connect()
    peer.send([
      { type: 'history', id: 1, channel },
      { type: 'history', id: 2, channel, limit: 5_000 },
    ])
    await clock.advance(0)
    const sizes = peer.frames.flatMap((frame) =>
      frame.type === 'ack' ? [frame.events?.length] : [],
    )
    expect(sizes).toEqual([100, 1_000])
  })

  it('follows the rule for subscribers', async () => {
    const channels = { 'members:{id}': { history: { size: 10 } } } as const
    const { clock, connect } = startEngine({ channels })
    const peer = connect()
    peer.send({ type: 'history', id: 1, channel: 'members:1' })
    await clock.advance(0)
    expect(peer.frames[1]).toMatchObject({ id: 1, code: 'FORBIDDEN' })
  })
})

describe('a broker that cannot be reached', () => {
  it('is told as BROKER_UNAVAILABLE, and the connection goes on when it is back', async () => {
    const { clock, held, logged, connect } = startOnHeldBroker()
    const peer = connect()
    held.fail()
    peer.send([
      { type: 'publish', id: 1, channel, payload: 'a' },
      { type: 'subscribe', id: 2, channel },
      { type: 'history', id: 3, channel },
    ])
    await clock.advance(0)
    const refused = peer.take().slice(1)
    expect(refused.map((frame) => 'code' in frame && [frame.type, frame.code])).toEqual(
      [1, 2, 3].map(() => ['error', 'BROKER_UNAVAILABLE']),
    )
    expect(new Set(refused.map((frame) => 'id' in frame && frame.id))).toEqual(new Set([1, 2, 3]))
    expect(logged.filter(({ level }) => level === 'error').length).toBe(3)
    held.recover()
    peer.send({ type: 'subscribe', id: 2, channel })
    await clock.advance(0)
    peer.send({ type: 'publish', id: 1, channel, payload: 'a' })
    await clock.advance(0)
    expect(peer.take()).toMatchObject([
      { type: 'ack', id: 2 },
      { type: 'ack', id: 1 },
      { type: 'message', payload: 'a' },
    ])
    expect(peer.closed).toBeNull()
  })
})

function codeOf(frame: { readonly type: string; readonly code?: string }): string {
  return frame.code ?? frame.type
}

function explode(): bigint {
  throw new Error('exploded')
}
