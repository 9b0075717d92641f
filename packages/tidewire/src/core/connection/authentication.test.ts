import { describe, expect, it } from 'vitest'
import { type EngineOptions, startEngine } from '../../../test/engine/start-engine.ts'
import type { AuthOutcome, TokenStrategy } from '../ports/auth.ts'

/** Answers tokens when the test says so. */
class SlowStrategy implements TokenStrategy {
  readonly name = 'slow'
  readonly asked: string[] = []
  readonly #answers: ((outcome: AuthOutcome) => void)[] = []

  verifyToken(token: string): Promise<AuthOutcome> {
    this.asked.push(token)
    return new Promise((resolve) => this.#answers.push(resolve))
  }

  accept(userId: string): void {
    this.#answers.shift()?.({ kind: 'accepted', identity: { userId } })
  }

  refuse(): void {
    this.#answers.shift()?.({ kind: 'refused' })
  }
}

const beat = { type: 'heartbeat' } as const

/** Accepts `name@ms`: a token that ends so many ms from now. */
function expiring(now: () => number): TokenStrategy {
  return {
    name: 'expiring',
    verifyToken(token) {
      const [userId = '', leftMs] = token.split('@')
      if (userId === 'bad') return { kind: 'refused' }
      const expiresAt = now() + Number(leftMs)
      return { kind: 'accepted', identity: { userId, ...(leftMs !== undefined && { expiresAt }) } }
    },
  }
}

describe('a connection that has to authenticate', () => {
  it('says hello first and nothing else', () => {
    const peer = startEngine({ need: 'required' }).connect()
    expect(peer.frames).toEqual([
      {
        type: 'connected',
        connectionId: 'id1',
        time: 1_000_000,
        auth: 'required',
        userId: null,
        heartbeatMs: 25_000,
        limits: { maxPayloadBytes: 65_536, maxChannels: 128 },
      },
    ])
  })

  it('is closed when no token has come in time, and not before', async () => {
    const { clock, hub, connect } = startEngine({ need: 'required' })
    const peer = connect()
    await clock.advance(9_999)
    expect(peer.closed).toBeNull()
    await clock.advance(1)
    expect(peer.closed).toEqual({ code: 4004, reason: 'no token in time' })
    await clock.advance(0)
    expect([hub.connectionCount, clock.pendingTimers]).toEqual([0, 0])
  })

  it('is closed when the answer about its token takes too long', async () => {
    const { clock, connect } = startEngine({ need: 'required', strategies: [new SlowStrategy()] })
    const peer = connect()
    peer.send({ type: 'auth', token: 't' })
    await clock.advance(10_000)
    expect(peer.closed?.code).toBe(4004)
  })

  it('may stay for as long as it likes once it has authenticated', async () => {
    const { clock, connect } = startEngine({ need: 'required' })
    const peer = connect()
    peer.send({ type: 'auth', token: 'ada', id: 1 })
    await clock.advance(1_000_000)
    expect(peer.closed).toBeNull()
    expect(peer.frames.slice(1)).toEqual([{ type: 'auth_ack', id: 1, userId: 'ada' }])
  })

  it.each(['{"type":"heartbeat"}', '{"type":"shout"}', '{}', '7'])(
    'is closed when %s comes before a token',
    (text) => {
      const peer = startEngine({ need: 'required' }).connect()
      peer.sendData(text)
      expect(peer.closed?.code).toBe(4001)
    },
  )

  it('is closed when its token is refused', async () => {
    const { clock, connect } = startEngine({ need: 'required' })
    const peer = connect()
    peer.send({ type: 'auth', token: 'bad' })
    await clock.advance(0)
    expect(peer.closed).toEqual({ code: 4003, reason: 'token refused' })
    expect(peer.texts.length).toBe(1)
  })

  it.each<[string, EngineOptions]>([
    ['no strategy knows', { strategies: [] }],
    ['every strategy leaves to others', { strategies: [{ name: 'x', verifyToken: absent }] }],
    ['makes a strategy fail', { strategies: [{ name: 'x', verifyToken: fail }] }],
  ])('is closed when its token is one that %s', async (_name, options) => {
    const { clock, connect, logged } = startEngine({ need: 'required', ...options })
    const peer = connect()
    peer.send({ type: 'auth', token: 'secret-token' })
    await clock.advance(0)
    expect(peer.closed?.code).toBe(4003)
    expect(JSON.stringify(logged)).not.toContain('secret-token')
  })

  it('asks its strategies in their order until one decides', async () => {
    const asked: string[] = []
    const strategy = (name: string, outcome: AuthOutcome): TokenStrategy => ({
      name,
      verifyToken() {
        asked.push(name)
        return outcome
      },
    })
    const strategies = [
      strategy('one', { kind: 'absent' }),
      strategy('two', { kind: 'accepted', identity: { userId: 'ada' } }),
      strategy('three', { kind: 'refused' }),
    ]
    const { clock, connect } = startEngine({ need: 'required', strategies })
    const peer = connect()
    peer.send({ type: 'auth', token: 't' })
    await clock.advance(0)
    expect([asked, peer.closed]).toEqual([['one', 'two'], null])
  })
})

describe('frames that follow a token', () => {
  it('wait until it was verified, and are answered in their order', async () => {
    const strategy = new SlowStrategy()
    const { clock, connect } = startEngine({ need: 'required', strategies: [strategy] })
    const peer = connect()
    peer.send({ type: 'auth', token: 'ada', id: 'a' })
    peer.send([
      { type: 'subscribe', id: 1, channel: 'nowhere' },
      { type: 'unsubscribe', id: 2, channel: 'open:1' },
    ])
    peer.sendData('{"type":"shout","id":3}')
    await clock.advance(100)
    expect(peer.frames.length).toBe(1)
    strategy.accept('ada')
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'auth_ack', id: 'a' },
      { id: 1, code: 'FORBIDDEN' },
      { id: 2, code: 'NOT_SUBSCRIBED' },
      { id: 3, code: 'UNKNOWN_TYPE' },
    ])
  })

  it('go nowhere when it is refused', async () => {
    const strategy = new SlowStrategy()
    const { clock, broker, connect } = startEngine({ strategies: [strategy] })
    const peer = connect()
    peer.send({ type: 'auth', token: 'ada' })
    peer.send({ type: 'publish', channel: 'open:1', payload: 1 })
    strategy.refuse()
    await clock.advance(0)
    expect(peer.closed?.code).toBe(4003)
    expect((await broker.read('open:1', {})).topOffset).toBe(0)
  })

  it('wait again behind a second token among them', async () => {
    const strategy = new SlowStrategy()
    const { clock, connect } = startEngine({ need: 'required', strategies: [strategy] })
    const peer = connect()
    peer.send([{ type: 'auth', token: 'ada' }, beat, { type: 'auth', token: 'ada again' }, beat])
    strategy.accept('ada')
    await clock.advance(0)
    expect(peer.frames.slice(1).map(({ type }) => type)).toEqual(['auth_ack', 'heartbeat'])
    expect(strategy.asked).toEqual(['ada', 'ada again'])
    strategy.accept('ada')
    await clock.advance(0)
    expect(peer.frames.slice(3)).toMatchObject([
      { type: 'auth_ack', userId: 'ada' },
      { type: 'heartbeat' },
    ])
  })

  it('stop the link when they are many, and none is lost', async () => {
    const strategy = new SlowStrategy()
    const { clock, connect } = startEngine({ need: 'required', strategies: [strategy] })
    const peer = connect()
    peer.send({ type: 'auth', token: 'ada' })
    const ids = Array.from({ length: 150 }, (_, id) => id)
    for (const id of ids) {
      peer.send({ type: 'unsubscribe', id, channel: 'open:1' })
      expect(peer.isPaused).toBe(id >= 63)
    }
    strategy.accept('ada')
    await clock.advance(0)
    expect(peer.isPaused).toBe(false)
    const answers = peer.frames.slice(2)
    expect(answers.map((frame) => ('id' in frame ? frame.id : null))).toEqual(ids)
  })
})

describe('a token that ends', () => {
  it('is warned of 30 s before, and ends the connection when it was not renewed', async () => {
    const engine = startEngine({ strategies: [expiring(() => engine.clock.now())] })
    const { clock } = engine
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada@60000' })
    await clock.advance(29_999)
    expect(peer.frames.slice(1)).toEqual([
      { type: 'auth_ack', userId: 'ada', expiresAt: 1_060_000 },
    ])
    await clock.advance(1)
    expect(peer.frames.slice(2)).toEqual([{ type: 'auth_expiring', inMs: 30_000 }])
    await clock.advance(29_999)
    expect(peer.closed).toBeNull()
    await clock.advance(1)
    expect(peer.closed).toEqual({ code: 4005, reason: 'token expired' })
  })

  it('goes on when it is renewed in time, and ends with the new one', async () => {
    const engine = startEngine({ strategies: [expiring(() => engine.clock.now())] })
    const { clock } = engine
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada@60000' })
    await clock.advance(50_000)
    peer.send({ type: 'auth', token: 'ada@60000', id: 2 })
    await clock.advance(29_999)
    expect(peer.frames.slice(3)).toEqual([
      { type: 'auth_ack', id: 2, userId: 'ada', expiresAt: 1_110_000 },
    ])
    await clock.advance(1)
    expect(peer.frames.at(-1)).toEqual({ type: 'auth_expiring', inMs: 30_000 })
    await clock.advance(30_000)
    expect(peer.closed?.code).toBe(4005)
  })

  it('stays in force when a renewal is refused', async () => {
    const engine = startEngine({ strategies: [expiring(() => engine.clock.now())] })
    const { clock } = engine
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada@60000' })
    await clock.advance(10_000)
    peer.send({ type: 'auth', token: 'bad', id: 'r' })
    await clock.advance(0)
    expect(peer.frames.at(-1)).toMatchObject({ type: 'error', id: 'r', code: 'INVALID_TOKEN' })
    await clock.advance(49_999)
    expect(peer.closed).toBeNull()
    await clock.advance(1)
    expect(peer.closed?.code).toBe(4005)
  })

  it('ends at once when it has ended already', async () => {
    const engine = startEngine({ strategies: [expiring(() => engine.clock.now())] })
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada@-5' })
    await engine.clock.advance(0)
    expect(peer.closed?.code).toBe(4005)
    await engine.clock.advance(0)
    expect(engine.clock.pendingTimers).toBe(0)
  })

  it('leaves no timer behind when its connection ends first', async () => {
    const engine = startEngine({ strategies: [expiring(() => engine.clock.now())] })
    const peer = engine.connect()
    peer.send({ type: 'auth', token: 'ada@60000' })
    await engine.clock.advance(0)
    peer.close()
    await engine.clock.advance(0)
    expect(engine.clock.pendingTimers).toBe(0)
  })
})

describe('a renewal', () => {
  const channels = {
    'members:{id}': { history: { size: 10 } },
    'open:{id}': { subscribe: 'anyone', history: { size: 10 } },
  } as const

  it('leaves subscriptions that are still allowed undisturbed', async () => {
    const { clock, hub, connect } = startEngine({ channels })
    const peer = connect()
    peer.send({ type: 'auth', token: 'ada' })
    peer.send({ type: 'subscribe', id: 1, channel: 'members:1' })
    await clock.advance(0)
    peer.send({ type: 'auth', token: 'ada', id: 2 })
    await hub.publish('members:1', 'news')
    await clock.advance(0)
    expect(
      peer.frames
        .slice(2)
        .map(({ type }) => type)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['ack', 'auth_ack', 'message'])
  })
})

describe('a connection that may be nobody', () => {
  it('does what a channel allows anyone, and is refused the rest', async () => {
    const channels = { 'open:{id}': { subscribe: 'anyone' }, 'members:{id}': {} } as const
    const { clock, connect } = startEngine({ channels })
    const peer = connect()
    peer.send([
      { type: 'subscribe', id: 1, channel: 'open:1' },
      { type: 'subscribe', id: 2, channel: 'members:1' },
      { type: 'publish', id: 3, channel: 'open:1', payload: 1 },
    ])
    await clock.advance(0)
    expect(peer.frames).toMatchObject([
      { type: 'connected', auth: 'optional', userId: null },
      { type: 'error', id: 2, code: 'FORBIDDEN' },
      { type: 'ack', id: 1 },
      { type: 'error', id: 3, code: 'FORBIDDEN' },
    ])
    peer.send({ type: 'auth', token: 'ada' })
    peer.send({ type: 'subscribe', id: 4, channel: 'members:1' })
    await clock.advance(0)
    expect(peer.frames.slice(4)).toMatchObject([{ type: 'auth_ack' }, { type: 'ack', id: 4 }])
  })
})

function absent(): AuthOutcome {
  return { kind: 'absent' }
}

function fail(): AuthOutcome {
  throw new Error('the database is down')
}
