import { describe, expect, it } from 'vitest'
import { startEngine } from '../../../test/engine/start-engine.ts'
import type { AuthOutcome, TokenStrategy } from '../ports/auth.ts'

const ada: AuthOutcome = { kind: 'accepted', identity: { userId: 'ada' } }
const token = { type: 'auth', token: 't', id: 'a' } as const

describe('a token about which is decided at once', () => {
  it('is acknowledged in the turn it came in, and so is what follows it', () => {
    const { clock, connect } = startEngine({ strategies: [answering(() => ada)] })
    const peer = connect()
    peer.send([token, { type: 'unsubscribe', id: 1, channel: 'open:1' }])
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'auth_ack', id: 'a', userId: 'ada' },
      { type: 'error', id: 1, code: 'NOT_SUBSCRIBED' },
    ])
    expect(clock.pendingTimers).toBe(0)
  })

  it('closes its connection in that turn when it is refused, and nothing follows', async () => {
    const strategies = [answering(() => ({ kind: 'refused' }))]
    const { broker, connect } = startEngine({ strategies })
    const peer = connect()
    peer.send([token, { type: 'publish', channel: 'open:1', payload: 1 }])
    expect(peer.closed?.code).toBe(4003)
    expect((await broker.read('open:1', {})).topOffset).toBe(0)
  })

  it('is nobody any more when the strategy itself has ended the connection', () => {
    const engine = startEngine({
      strategies: [
        answering(() => {
          engine.hub.disconnect({ connectionId: 'id1' })
          return ada
        }),
      ],
    })
    const peer = engine.connect()
    peer.send(token)
    expect([peer.closed?.code, peer.frames.length, engine.hub.connectionCount]).toEqual([
      4006, 1, 0,
    ])
  })
})

it('a strategy that cannot stop watching is told of, and everything else ends as it should', async () => {
  const stopped: string[] = []
  const watched = (token: string): AuthOutcome => ({
    kind: 'accepted',
    identity: { userId: 'ada' },
    watch: () => () => {
      stopped.push(token)
      throw new Error('the store is gone')
    },
  })
  const strategy: TokenStrategy = { name: 'watching', verifyToken: watched }
  const { clock, connect, hub, logged } = startEngine({ strategies: [strategy] })
  const peer = connect()
  peer.send([token, { type: 'auth', token: 'u' }])
  await clock.advance(0)
  expect([peer.closed, stopped]).toEqual([null, ['t']])
  peer.close()
  await clock.advance(0)
  expect([stopped, hub.connectionCount, clock.pendingTimers]).toEqual([['t', 'u'], 0, 0])
  expect(logged.filter(({ level }) => level === 'error')).toMatchObject([
    { message: 'a strategy did not stop watching' },
    { message: 'a strategy did not stop watching' },
  ])
})

it('a refusal is told to the operator, with what its strategy says of it and not the token', async () => {
  const strategies = [answeringLater(() => ({ kind: 'refused', why: 'too old' }))]
  const { clock, connect, logged } = startEngine({ strategies })
  connect().send({ type: 'auth', token: 'very-secret' })
  await clock.advance(0)
  const lines = logged.filter(({ message }) => message === 'a credential was refused')
  expect(lines).toEqual([
    {
      level: 'debug',
      message: 'a credential was refused',
      fields: expect.objectContaining({ strategy: 'later', connectionId: 'id1', why: 'too old' }),
    },
  ])
  expect(JSON.stringify(logged)).not.toContain('very-secret')
})

describe('strategies', () => {
  const ways = { 'at once': answering, later: answeringLater }
  const each = Object.entries(ways)
  const pairs = each.flatMap((first) => each.map((second) => [first, second] as const))

  it.each(pairs.map(([[one, first], [two, second]]) => ({ one, two, first, second })))(
    'are asked in their order when they answer $one and $two',
    async ({ first, second }) => {
      const strategies = [first(() => ({ kind: 'absent' })), second(() => ada), first(unwanted)]
      const { clock, connect } = startEngine({ strategies })
      const peer = connect()
      peer.send(token)
      await clock.advance(0)
      expect(peer.frames.slice(1)).toMatchObject([{ type: 'auth_ack', userId: 'ada' }])
    },
  )

  it.each(each)('that fail %s refuse, and the next is not asked', async (_when, strategy) => {
    const strategies = [strategy(failing), answering(() => ada)]
    const { clock, connect, logged, hub } = startEngine({ strategies })
    const peer = connect()
    peer.send(token)
    await clock.advance(0)
    expect(peer.closed?.code).toBe(4003)
    expect(logged.map(({ message }) => message)).toContain(
      'an auth strategy failed; the client was refused',
    )
    expect(hub.counters.credentials).toMatchObject({ failed: 1, accepted: 0 })
  })

  it.each(each)('that answer nonsense %s refuse', async (_when, strategy) => {
    const nameless: AuthOutcome = { kind: 'accepted', identity: { userId: '' } }
    const { clock, connect } = startEngine({ strategies: [strategy(() => nameless)] })
    const peer = connect()
    peer.send(token)
    await clock.advance(0)
    expect(peer.closed?.code).toBe(4003)
  })
})

function answering(verifyToken: () => AuthOutcome): TokenStrategy {
  return { name: 'at once', verifyToken }
}

function answeringLater(verifyToken: () => AuthOutcome): TokenStrategy {
  return { name: 'later', verifyToken: async () => verifyToken() }
}

function failing(): AuthOutcome {
  throw new Error('the database is down')
}

function unwanted(): AuthOutcome {
  throw new Error('nobody should have been asked')
}
