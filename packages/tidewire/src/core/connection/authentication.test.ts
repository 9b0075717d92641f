import { describe, expect, it } from 'vitest'
import { SlowStrategy } from '../../../test/engine/slow-strategy.ts'
import { type EngineOptions, startEngine } from '../../../test/engine/start-engine.ts'
import type { AuthOutcome, TokenStrategy } from '../ports/auth.ts'

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
