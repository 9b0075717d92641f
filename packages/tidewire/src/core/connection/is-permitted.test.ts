import { describe, expect, it } from 'vitest'
import { HeldBroker } from '../../../test/engine/held-broker.ts'
import { HeldPermission } from '../../../test/engine/held-permission.ts'
import { roleIsToken } from '../../../test/engine/role-is-token.ts'
import { startEngine } from '../../../test/engine/start-engine.ts'
import type { HistoryFrame, PublishFrame, SubscribeFrame } from '../../protocol/frames.ts'
import type { ChannelOptions } from '../channel/options.ts'
import type { Permission, PermissionRequest } from '../channel/permission.ts'

const channel = 'chat:lobby'

type Command = SubscribeFrame | PublishFrame | HistoryFrame

/** Every frame that asks a permission. */
const requests: readonly (readonly [string, Command])[] = [
  ['subscribe', { type: 'subscribe', id: 1, channel }],
  ['publish', { type: 'publish', id: 1, channel, payload: 'a' }],
  ['history', { type: 'history', id: 1, channel }],
]

describe('a permission', () => {
  it.each(requests)('is asked at a %s who wants it, where and from where', async (_name, frame) => {
    const asked: PermissionRequest[] = []
    const { clock, connect } = startWith((request) => {
      asked.push(request)
      return true
    })
    const peer = connect()
    peer.send([{ type: 'auth', token: 'ada' }, frame])
    await clock.advance(0)
    expect(peer.frames.at(-1)).toMatchObject({ type: 'ack', id: 1 })
    expect(asked).toEqual([
      {
        user: { userId: 'ada' },
        channel,
        params: { room: 'lobby' },
        connection: { connectionId: 'id1', remoteAddress: '127.0.0.1' },
      },
    ])
  })

  it('is told the claims of the credential, and null for nobody', async () => {
    const users: PermissionRequest['user'][] = []
    const { clock, connect } = startWith(({ user }) => {
      users.push(user)
      return true
    })
    const peer = connect()
    peer.send({ type: 'history', id: 1, channel })
    peer.send([
      { type: 'auth', token: 'ada/editor' },
      { type: 'history', id: 2, channel },
    ])
    await clock.advance(0)
    expect(users).toEqual([null, { userId: 'ada', claims: { role: 'editor' } }])
  })

  it.each(requests)('is not asked at a %s the declared access refuses', async (_name, frame) => {
    let asked = 0
    const { clock, connect } = startWith(
      () => {
        asked += 1
        return true
      },
      { subscribe: 'authenticated', publish: 'authenticated' },
    )
    const peer = connect()
    peer.send(frame)
    await clock.advance(0)
    expect(peer.frames.at(-1)).toMatchObject({ type: 'error', id: 1, code: 'FORBIDDEN' })
    expect(asked).toBe(0)
  })

  it('for reading says nothing about writing, and the other way round', async () => {
    const { clock, connect } = startEngine({
      channels: {
        'read:{id}': { subscribe: 'anyone', publish: 'anyone', canPublish: () => false },
        'write:{id}': { subscribe: 'anyone', publish: 'anyone', canSubscribe: () => false },
      },
    })
    const peer = connect()
    for (const name of ['read:1', 'write:1']) {
      peer.send({ type: 'subscribe', id: `${name} s`, channel: name })
      peer.send({ type: 'publish', id: `${name} p`, channel: name, payload: 1 })
      await clock.advance(0)
    }
    const allowed = peer.frames.flatMap((frame) => (frame.type === 'ack' ? [frame.id] : []))
    expect(allowed).toEqual(['read:1 s', 'write:1 p'])
  })

  it('that answers at once keeps everything in the turn of the frame', () => {
    let held: HeldBroker | undefined
    const { connect } = startEngine({
      channels: { 'chat:{room}': open(() => true) },
      wrapBroker(memory) {
        held = new HeldBroker(memory)
        return held
      },
    })
    const peer = connect()
    for (const [, frame] of requests) peer.send({ ...frame, id: frame.type })
    // The publish waits for the subscribe before it.
    expect(held?.asked).toEqual(['subscribe', 'read'])
    connect().send({ type: 'publish', channel: 'chat:b', payload: 1 })
    expect(held?.asked).toEqual(['subscribe', 'read', 'publish'])
  })
})

describe('FORBIDDEN is the answer to a permission that', () => {
  const failures: readonly (readonly [string, () => unknown, string | null])[] = [
    ['says no', () => false, null],
    ['says no later', async () => false, null],
    ['throws', () => explode(), 'exploded'],
    ['rejects', async () => explode(), 'exploded'],
    ['never settles', () => new Promise(() => undefined), 'no answer within 5000 ms'],
    ['answers nothing', () => undefined, 'a permission answers true or false'],
    ['answers nothing later', async () => null, 'a permission answers true or false'],
    ['answers what only looks like a yes', () => 'true', 'a permission answers true or false'],
    ['answers a row it found', async () => ({ id: 7 }), 'a permission answers true or false'],
    ['answers an object at once', () => ({ id: 7 }), 'a permission answers true or false'],
  ]
  const cases = failures.flatMap(([name, can, cause]) =>
    requests.map(([type, frame]) => [name, type, { frame, can, cause }] as const),
  )

  it.each(cases)('%s, to a %s, and the log has the cause', async (_name, _type, asked) => {
    // What a program without types may answer.
    const { clock, logged, connect } = startWith(asked.can as Permission)
    const peer = connect()
    peer.send(asked.frame)
    await clock.advance(5_000)
    peer.send({ type: 'heartbeat' })
    expect(peer.frames.slice(1)).toEqual([
      { type: 'error', id: 1, code: 'FORBIDDEN', message: expect.any(String) },
      expect.objectContaining({ type: 'heartbeat' }),
    ])
    expect(JSON.stringify(peer.frames)).not.toContain('exploded')
    expect(logged.map(({ fields }) => String(fields['cause']))).toEqual(
      asked.cause === null ? [] : [expect.stringContaining(asked.cause)],
    )
  })

  it('failed, and the log says which one, for whom and on what', async () => {
    const { clock, logged, connect } = startWith(() => explode())
    connect().send({ type: 'publish', channel, payload: 1 })
    await clock.advance(0)
    expect(logged).toMatchObject([
      { level: 'error', fields: { permission: 'canPublish', channel, connectionId: 'id1' } },
    ])
  })

  it('answers after its time is up, with whatever', async () => {
    const settle: ((late: () => boolean) => void)[] = []
    const { clock, logged, connect } = startWith(() =>
      new Promise<() => boolean>((resolve) => {
        settle.push(resolve)
      }).then((late) => late()),
    )
    const peer = connect()
    peer.send({ type: 'publish', id: 1, channel, payload: 1 })
    peer.send({ type: 'history', id: 2, channel })
    await clock.advance(5_000)
    settle[0]?.(() => true)
    settle[1]?.(() => explode())
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { id: 1, code: 'FORBIDDEN' },
      { id: 2, code: 'FORBIDDEN' },
    ])
    expect(logged.length).toBe(2)
  })
})

it('a permission may answer with anything that can be awaited', async () => {
  // biome-ignore lint/suspicious/noThenProperty: query builders are made like this.
  const thenable = { then: (resolve: (answer: boolean) => void) => resolve(true) }
  const { clock, connect } = startWith((() => thenable) as unknown as Permission)
  const peer = connect()
  peer.send({ type: 'publish', id: 1, channel, payload: 1 })
  await clock.advance(0)
  expect(peer.frames.at(-1)).toMatchObject({ type: 'ack', id: 1 })
})

it('a permission that ends its connection has nothing done for it', async () => {
  let held: HeldBroker | undefined
  const engine = startEngine({
    channels: {
      'chat:{room}': open(({ connection }) => engine.hub.disconnect(connection) === 1),
    },
    wrapBroker(memory) {
      held = new HeldBroker(memory)
      return held
    },
  })
  for (const [, frame] of requests) engine.connect().send(frame)
  await engine.clock.advance(0)
  expect(engine.hub.connectionCount).toBe(0)
  expect(held?.asked).toEqual([])
})

it.each(requests)(
  'a connection that ended before the answer to its %s has no right, and nobody is asked again',
  async (_name, frame) => {
    const permission = new HeldPermission()
    let held: HeldBroker | undefined
    const { clock, connect } = startEngine({
      channels: { 'chat:{room}': open(permission.can) },
      wrapBroker(memory) {
        held = new HeldBroker(memory)
        return held
      },
    })
    for (const token of ['ada', null]) {
      const peer = connect()
      if (token !== null) peer.send({ type: 'auth', token })
      peer.send(frame)
      await clock.advance(0)
      peer.close()
      await clock.advance(0)
      permission.answer(true)
      await clock.advance(0)
    }
    expect(permission.asked.map(({ user }) => user?.userId)).toEqual(['ada', undefined])
    expect(held?.asked).toEqual([])
  },
)

function startWith(can: Permission, options: ChannelOptions = {}) {
  return startEngine({
    channels: { 'chat:{room}': { ...open(can), ...options } },
    strategies: [roleIsToken],
  })
}

function open(can: Permission): ChannelOptions {
  return {
    subscribe: 'anyone',
    publish: 'anyone',
    history: { size: 100 },
    canSubscribe: can,
    canPublish: can,
  }
}

function explode(): never {
  throw new Error('exploded')
}
