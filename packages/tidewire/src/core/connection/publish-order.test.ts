import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { HeldPermission } from '../../../test/engine/held-permission.ts'
import { roleIsToken } from '../../../test/engine/role-is-token.ts'
import { SlowStrategy } from '../../../test/engine/slow-strategy.ts'
import { type Engine, startEngine } from '../../../test/engine/start-engine.ts'
import { startOnHeldBroker } from '../../../test/engine/start-on-held-broker.ts'
import type { Permission } from '../channel/permission.ts'
import type { TokenStrategy } from '../ports/auth.ts'

const channel = 'slow:1'

describe('publishes of a connection to a channel', () => {
  it('keep their order whichever is permitted first', async () => {
    const settle: (() => void)[] = []
    const engine = startWith(
      () =>
        new Promise((resolve) => {
          settle.push(() => resolve(true))
        }),
    )
    const peer = engine.connect()
    for (const id of [1, 2, 3]) peer.send({ type: 'publish', id, channel, payload: id })
    for (const last of settle.reverse()) {
      last()
      await engine.clock.advance(0)
    }
    expect(await stored(engine, channel)).toEqual([1, 2, 3])
    expect(peer.frames.slice(1)).toMatchObject([{ id: 1 }, { id: 2 }, { id: 3 }])
  })

  it('keep their order when a later one is decided at once', async () => {
    let asked = 0
    const first = new HeldPermission()
    const engine = startWith((request) => {
      asked += 1
      return asked === 1 ? first.can(request) : true
    })
    const peer = engine.connect()
    for (const payload of [1, 2]) peer.send({ type: 'publish', channel, payload })
    await engine.clock.advance(0)
    expect(await stored(engine, channel)).toEqual([])
    first.answer(true)
    await engine.clock.advance(0)
    peer.send({ type: 'publish', channel, payload: 3 })
    await engine.clock.advance(0)
    expect(await stored(engine, channel)).toEqual([1, 2, 3])
  })

  it('keep their order when a schema takes its time', async () => {
    const engine = startEngine({
      channels: {
        'slow:{id}': {
          publish: 'anyone',
          history: { size: 10 },
          schema: v.pipeAsync(
            v.number(),
            v.transformAsync(async (turns) => {
              for (let turn = 0; turn < turns; turn += 1) await null
              return turns
            }),
          ),
        },
      },
    })
    const peer = engine.connect()
    const payloads = [50, 5, 20, 0]
    for (const payload of payloads) peer.send({ type: 'publish', channel, payload })
    await engine.clock.advance(0)
    expect(await stored(engine, channel)).toEqual(payloads)
  })

  it('are asked about at the same time, so that they wait no longer than the slowest', () => {
    const permission = new HeldPermission()
    const peer = startWith(permission.can).connect()
    for (const payload of [1, 2, 3]) peer.send({ type: 'publish', channel, payload })
    expect(permission.asked.length).toBe(3)
  })

  it('do not wait for the broker to store the one before', async () => {
    const { permission, held, clock, connect } = startHeld()
    held.hold('publish')
    const peer = connect()
    for (const payload of [1, 2]) peer.send({ type: 'publish', channel, payload })
    permission.answer(true)
    permission.answer(true)
    await clock.advance(0)
    expect(held.asked).toEqual(['publish', 'publish'])
  })

  it('that waited are answered for what the broker says, and the next goes on', async () => {
    const { permission, held, clock, connect } = startHeld()
    const peer = connect()
    for (const id of [1, 2]) peer.send({ type: 'publish', id, channel, payload: id })
    held.fail()
    permission.answer(true)
    await clock.advance(0)
    held.recover()
    permission.answer(true)
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'error', id: 1, code: 'BROKER_UNAVAILABLE' },
      { type: 'ack', id: 2 },
    ])
  })

  it('that follow when nothing waits any more are stored in the turn they came in', async () => {
    const { permission, held, clock, connect } = startHeld()
    const peer = connect()
    peer.send({ type: 'publish', channel, payload: 1 })
    permission.answer(true)
    await clock.advance(0)
    peer.send({ type: 'auth', token: 'ada/trusted' })
    await clock.advance(0)
    peer.send({ type: 'publish', channel, payload: 2 })
    expect(held.asked).toEqual(['publish', 'publish'])
  })

  it('go on after one that is refused or fails', async () => {
    const permission = new HeldPermission()
    const engine = startWith(permission.can)
    const peer = engine.connect()
    for (const id of [1, 2, 3, 4]) peer.send({ type: 'publish', id, channel, payload: id })
    permission.answer(true)
    permission.answer(false)
    permission.fail(new Error('no'))
    permission.answer(true)
    await engine.clock.advance(0)
    expect(await stored(engine, channel)).toEqual([1, 4])
    const codes = peer.frames.flatMap((frame) =>
      frame.type === 'error' ? [[frame.id, frame.code]] : [],
    )
    expect(codes).toEqual([
      [2, 'FORBIDDEN'],
      [3, 'FORBIDDEN'],
    ])
  })

  it('behind one that fails early still wait for those before it', async () => {
    const permission = new HeldPermission()
    const engine = startEngine({
      channels: {
        'slow:{id}': {
          publish: 'anyone',
          history: { size: 10 },
          schema: v.pipeAsync(
            v.any(),
            v.checkAsync((n) => (n === 2 ? Promise.reject(new Error('no')) : true)),
          ),
          canPublish: (request) => permission.asked.length > 0 || permission.can(request),
        },
      },
    })
    const peer = engine.connect()
    for (const id of [1, 2]) peer.send({ type: 'publish', id, channel, payload: id })
    await engine.clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([{ id: 2, code: 'INTERNAL' }])
    peer.send({ type: 'publish', id: 3, channel, payload: 3 })
    await engine.clock.advance(0)
    expect(await stored(engine, channel)).toEqual([])
    permission.answer(true)
    await engine.clock.advance(0)
    expect(await stored(engine, channel)).toEqual([1, 3])
  })

  it('behind a schema that never settles wait for its time and no longer', async () => {
    const engine = startEngine({
      channels: {
        'slow:{id}': {
          publish: 'anyone',
          history: { size: 10 },
          schema: v.pipeAsync(
            v.any(),
            v.checkAsync((n) => (n === 1 ? new Promise<boolean>(() => undefined) : true)),
          ),
        },
      },
      limits: { permissionTimeoutMs: 700 },
    })
    const peer = engine.connect()
    for (const id of [1, 2]) peer.send({ type: 'publish', id, channel, payload: id })
    await engine.clock.advance(699)
    expect(peer.frames.length).toBe(1)
    await engine.clock.advance(1)
    expect(peer.frames.slice(1)).toMatchObject([{ id: 1, code: 'INTERNAL' }, { id: 2 }])
    expect(await stored(engine, channel)).toEqual([2])
  })

  it('hold nobody up on another channel or another connection', async () => {
    const permission = new HeldPermission()
    const engine = startWith((request) => request.channel !== channel || permission.can(request))
    const [peer, other] = [engine.connect(), engine.connect()]
    peer.send({ type: 'publish', channel, payload: 'waits' })
    peer.send({ type: 'publish', channel: 'slow:2', payload: 'goes' })
    other.send({ type: 'publish', channel: 'slow:2', payload: 'goes, too' })
    await engine.clock.advance(0)
    expect(await stored(engine, 'slow:2')).toEqual(['goes', 'goes, too'])
    expect(await stored(engine, channel)).toEqual([])
  })

  it('come to nothing when their connection ends', async () => {
    const permission = new HeldPermission()
    const engine = startWith(permission.can)
    const peer = engine.connect()
    for (const payload of [1, 2]) peer.send({ type: 'publish', channel, payload })
    peer.close()
    await engine.clock.advance(0)
    permission.answer(true)
    permission.answer(true)
    await engine.clock.advance(0)
    expect(await stored(engine, channel)).toEqual([])
  })

  it('are judged by the credential that was renewed while they waited', async () => {
    const first = new HeldPermission()
    const engine = startWith((request) =>
      first.asked.length === 0 ? first.can(request) : request.user?.claims?.['role'] === 'editor',
    )
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada/editor' })
    await engine.clock.advance(0)
    for (const id of [1, 2]) peer.send({ type: 'publish', id, channel, payload: id })
    peer.send({ type: 'auth', token: 'ada/guest' })
    await engine.clock.advance(0)
    first.answer(true)
    await engine.clock.advance(0)
    expect(peer.frames.slice(-2)).toMatchObject([
      { id: 1, code: 'FORBIDDEN' },
      { id: 2, code: 'FORBIDDEN' },
    ])
    expect(await stored(engine, channel)).toEqual([])
  })
})

describe('a connection of which 64 publishes wait', () => {
  it('is read from no more until one of them is gone, and then on', async () => {
    const permission = new HeldPermission()
    const engine = startWith(permission.can)
    const peer = engine.connect()
    const payloads = Array.from({ length: 100 }, (_, index) => index)
    const send = (payload: number) => peer.send({ type: 'publish', channel, payload })
    payloads.slice(0, 63).forEach(send)
    expect(peer.isPaused).toBe(false)
    payloads.slice(63).forEach(send)
    expect(peer.isPaused).toBe(true)
    expect(permission.asked.length).toBe(64)
    for (let answered = 0; answered < payloads.length; answered += 1) {
      permission.answer(true)
      await engine.clock.advance(0)
    }
    expect(peer.isPaused).toBe(false)
    expect(await stored(engine, channel)).toEqual(payloads)
  })

  it('is not read on because a token that followed was verified meanwhile', async () => {
    const permission = new HeldPermission()
    const strategy = new SlowStrategy()
    const engine = startWith(permission.can, strategy)
    const peer = engine.connect()
    const publish = { type: 'publish', channel, payload: 1 } as const
    const heartbeat = { type: 'heartbeat' } as const
    for (let count = 0; count < 63; count += 1) peer.send(publish)
    // What follows a token is held; the 64th of that is one reason to stop, and
    // the publish among it will be another.
    peer.send([{ type: 'auth', token: 'ada' }, publish, ...Array(62).fill(heartbeat)])
    expect(peer.isPaused).toBe(false)
    peer.send(heartbeat)
    expect(peer.isPaused).toBe(true)
    strategy.accept('ada')
    await engine.clock.advance(0)
    expect(peer.frames.filter(({ type }) => type === 'auth_ack').length).toBe(1)
    expect(peer.isPaused).toBe(true)
  })
})

/** Asks about everybody but the trusted, and has a broker that can be held up. */
function startHeld() {
  const permission = new HeldPermission()
  const engine = startOnHeldBroker({
    channels: {
      'slow:{id}': {
        publish: 'anyone',
        canPublish: (request) =>
          request.user?.claims?.['role'] === 'trusted' || permission.can(request),
      },
    },
    strategies: [roleIsToken],
  })
  return { ...engine, permission }
}

function startWith(canPublish: Permission, strategy: TokenStrategy = roleIsToken): Engine {
  return startEngine({
    channels: { 'slow:{id}': { publish: 'anyone', history: { size: 1_000 }, canPublish } },
    strategies: [strategy],
  })
}

async function stored({ broker }: Engine, name: string): Promise<readonly unknown[]> {
  const { events } = await broker.read(name, {})
  return events.map(({ payloadJson }) => JSON.parse(payloadJson))
}
