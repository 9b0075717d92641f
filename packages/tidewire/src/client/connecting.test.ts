import { describe, expect, it } from 'vitest'
import { reconnect, redial, startClient, startOnline } from '../../test/support/client-rig.ts'
import { ScriptedServer } from '../../test/support/scripted-server.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { connectIn } from './connect.ts'

describe('connecting', () => {
  it('dials at once, offering the JSON subprotocol before any other', () => {
    const { client, link } = startClient({ protocols: ['bearer.t0ken'] })
    expect(client.state).toEqual({ kind: 'connecting', attempt: 1 })
    expect(link.url).toBe('ws://server.test/ws')
    expect(link.protocols).toEqual(['tidewire.v1.json', 'bearer.t0ken'])
  })

  it('is online with the hello of a server that needs no token', () => {
    const { client, link, states } = startClient()
    link.greet({ auth: 'optional', connectionId: 'c-7' })
    expect(client.state).toEqual({ kind: 'online', connectionId: 'c-7', userId: null })
    expect(states).toEqual([client.state])
    expect(link.takeAll()).toEqual([])
  })

  it('closes for good when a token is required and there is none', () => {
    const { client, link, clock } = startClient()
    link.greet({ auth: 'required' })
    expect(client.state).toMatchObject({ kind: 'closed', code: 4001 })
    expect(link.closedWith).toBe(1000)
    expect(clock.pendingTimers).toBe(0)
  })

  it('gives up a link on which nothing happens, and tries again', async () => {
    const { client, clock, server } = startClient({ connectTimeoutMs: 3_000 })
    await clock.advance(2_999)
    expect(client.state.kind).toBe('connecting')
    await clock.advance(1)
    expect(server.link.closedWith).toBe(4010)
    expect(client.state).toMatchObject({ kind: 'waiting', attempt: 2, closeCode: 4010 })
    await clock.advance(500)
    expect(client.state).toEqual({ kind: 'connecting', attempt: 2 })
    expect(server.links).toHaveLength(2)
  })

  it('tells when it will try again', () => {
    const { client, clock, link } = startOnline()
    link.drop(1012, 'service restart')
    expect(client.state).toEqual({
      kind: 'waiting',
      attempt: 2,
      retryAt: clock.now() + 500,
      closeCode: 1012,
    })
  })

  it('never gives up on a server that is not there', async () => {
    const rig = startClient()
    for (let attempt = 1; attempt <= 100; attempt += 1) {
      expect(rig.client.state).toEqual({ kind: 'connecting', attempt })
      rig.link.drop()
      await redial(rig)
    }
    expect(rig.server.links).toHaveLength(101)
  })

  it('backs off further while the server takes it and lets it go again', async () => {
    const rig = startOnline({ random: () => 0.999_999 })
    const waits: number[] = []
    for (let round = 0; round < 4; round += 1) {
      rig.link.drop(1011)
      const before = rig.clock.now()
      const link = await redial(rig)
      waits.push(rig.clock.now() - before)
      link.greet()
    }
    expect(waits).toEqual([4_000, 8_000, 16_000, 30_000])
  })

  it('begins anew after ten seconds online', async () => {
    const { client, clock, server } = startOnline()
    server.link.drop()
    await clock.advance(500)
    server.link.greet()
    await clock.advance(10_000)
    server.link.drop()
    expect(client.state).toMatchObject({ kind: 'waiting', attempt: 1 })
  })

  it('ends where the close code forbids another attempt', async () => {
    const { client, clock, server, link } = startOnline()
    link.drop(4006, 'disconnected by the server')
    expect(client.state).toEqual({
      kind: 'closed',
      code: 4006,
      reason: 'disconnected by the server',
    })
    await clock.advance(120_000)
    expect(server.links).toHaveLength(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('does not hear a link it has let go', async () => {
    const rig = startOnline()
    const old = rig.link
    await reconnect(rig)
    old.drop(4006)
    old.greet({ connectionId: 'ghost' })
    old.tellRaw('not JSON')
    expect(rig.client.state).toMatchObject({ kind: 'online', connectionId: 'c-1' })
    expect(rig.errors).toEqual([])
  })

  it('passes on what the platform throws at the first dial', () => {
    const environment = {
      clock: new VirtualClock(),
      dial: () => {
        throw new SyntaxError('no such subprotocol')
      },
      random: () => 0,
      origin: undefined,
      report: () => undefined,
    }
    expect(() => connectIn(environment, 'ws://h', {})).toThrow('no such subprotocol')
    expect(environment.clock.pendingTimers).toBe(0)
  })

  it('prefers the ports it is given', async () => {
    const rig = startClient()
    const server = new ScriptedServer()
    const clock = new VirtualClock()
    const environment = { ...rig, dial: rig.server.dial, random: () => 0, origin: undefined }
    const report = () => undefined
    connectIn({ ...environment, report }, 'ws://h', { dial: server.dial, clock, random: () => 0.5 })
    server.link.drop()
    await clock.advance(2_249)
    expect(server.links).toHaveLength(1)
    await clock.advance(1)
    expect(server.links).toHaveLength(2)
    expect(rig.server.links).toHaveLength(1)
  })

  describe('P-027 heartbeat', () => {
    it('asks a silent server, and opens another link when no answer comes', async () => {
      const { client, clock, link } = startClient()
      link.greet({ heartbeatMs: 4_000 })
      await clock.advance(4_000)
      expect(link.takeAll()).toEqual([{ type: 'heartbeat' }])
      await clock.advance(4_000)
      expect(link.closedWith).toBe(4010)
      expect(client.state).toMatchObject({ kind: 'waiting', closeCode: 4010 })
    })

    it('takes any frame as life', async () => {
      const { client, clock, link } = startOnline({ heartbeatMs: 1_000 })
      for (let beat = 0; beat < 50; beat += 1) {
        await clock.advance(1_000)
        link.take('heartbeat')
        link.tell({ type: 'heartbeat', time: clock.now() })
      }
      expect(client.state.kind).toBe('online')
    })

    it('survives a server that names no interval', async () => {
      const { client, clock, link } = startClient()
      link.tellRaw(
        '{"type":"connected","connectionId":"c","userId":null,"auth":"done","limits":{}}',
      )
      await clock.advance(300_000)
      expect(client.state.kind).toBe('online')
      expect(clock.pendingTimers).toBe(0)
    })
  })
})
