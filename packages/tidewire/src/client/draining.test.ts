import { describe, expect, it } from 'vitest'
import {
  type ClientRig,
  reconnect,
  startClient,
  startOnline,
} from '../../test/support/client-rig.ts'
import {
  drain,
  follow,
  greeting,
  move,
  recovered,
  send,
  startMoving,
} from '../../test/support/draining-rig.ts'

describe('P-061 a client whose server drains', () => {
  it('opens a new connection in its slot, and no sooner', async () => {
    const { clock, link, server, states } = startOnline()
    link.tell(drain)
    await clock.advance(199)
    expect(server.links).toHaveLength(1)
    await clock.advance(1)
    expect(server.links).toHaveLength(2)
    expect(server.link.url).toBe('ws://server.test/ws?resume=1')
    expect(link.closedWith).toBeNull()
    expect(states.map(({ kind }) => kind)).toEqual(['online'])
  })

  it('leaves the old connection when the new one is there and nothing is unfinished', async () => {
    const { client, old, fresh, states } = await startMoving()
    fresh.greet(greeting)
    expect(old.closedWith).toBe(1000)
    expect(client.state).toEqual({ kind: 'online', connectionId: 'c-2', userId: null })
    expect(states.map(({ kind }) => kind)).toEqual(['online', 'online'])
  })

  describe('in the middle of requests', () => {
    it('gets its answers on the old connection, and sends what is new on the other', async () => {
      const rig = startOnline()
      const channel = rig.client.channel('log:a')
      const published = channel.publish('one')
      const called = rig.client.call('slow')
      const { old, fresh } = await move(rig)
      fresh.greet(greeting)
      const second = channel.publish('two')
      void rig.client.channel('log:b').publish('elsewhere')
      expect(fresh.takeAll()).toMatchObject([{ channel: 'log:b' }])
      old.tell({ type: 'result', id: old.take('call').id ?? 0, payload: 42 })
      expect(await called).toBe(42)
      expect(old.closedWith).toBeNull()
      const position = { epoch: 'e1', offset: 1 }
      old.tell({ type: 'ack', id: old.take('publish').id ?? 0, channel: 'log:a', position })
      expect(await published).toEqual({ position, duplicate: false })
      expect(old.closedWith).toBe(1000)
      const { id = 0, payload } = fresh.take('publish')
      expect(payload).toBe('two')
      fresh.tell({ type: 'ack', id, channel: 'log:a', position: { epoch: 'e1', offset: 2 } })
      expect(await second).toMatchObject({ position: { offset: 2 } })
    })

    it('publishes again, in order, what the old server has not answered at its end', async () => {
      const rig = startOnline()
      const channel = rig.client.channel('log:a')
      void channel.publish('one')
      const called = rig.client.call('slow')
      const { old, fresh } = await move(rig)
      fresh.greet(greeting)
      void channel.publish('two')
      const sent = old.take('publish')
      old.drop(1012)
      await expect(called).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
      const resent = fresh.takeAll()
      expect(resent.map(({ payload }) => payload)).toEqual(['one', 'two'])
      expect(resent[0]?.key).toBe(sent.key)
      expect(rig.client.state).toMatchObject({ kind: 'online', connectionId: 'c-2' })
    })
  })

  describe('that finds nobody to go to', () => {
    it('tries again, later and later, while the old server serves it', async () => {
      const rig = startOnline()
      const { payloads } = follow(rig, 'log:a', 2)
      const { old, fresh, clock, server } = await move(rig)
      fresh.drop(1013, 'retryAfterMs=4500')
      await clock.advance(4_999)
      expect(server.links).toHaveLength(2)
      await clock.advance(1)
      server.link.drop()
      await clock.advance(500)
      expect(server.links).toHaveLength(4)
      send(old, 3)
      expect(payloads).toEqual([3])
      expect(rig.states.map(({ kind }) => kind)).toEqual(['online'])
      server.link.greet(greeting)
      server.link.acceptSubscribe({ ...recovered, top: 3 })
      expect(old.closedWith).toBe(1000)
    })

    it('reconnects as ever when the old server has closed, with one attempt at a time', async () => {
      const { client, clock, old, fresh, server } = await startMoving()
      fresh.drop(1013)
      old.drop(1012)
      expect(client.state).toMatchObject({ kind: 'waiting', closeCode: 1012, attempt: 2 })
      await clock.advance(500)
      expect(server.links).toHaveLength(3)
      server.link.greet(greeting)
      await clock.advance(20_000)
      expect(server.links).toHaveLength(3)
      expect(client.state).toMatchObject({ kind: 'online', connectionId: 'c-2' })
    })

    it('stays where it is when the new server refuses it for good', async () => {
      const { client, clock, old, fresh, server } = await startMoving({ token: 't-1' })
      fresh.drop(4003, 'token refused')
      expect(client.state.kind).toBe('online')
      expect(old.closedWith).toBeNull()
      await clock.advance(20_000)
      expect(server.links).toHaveLength(2)
      old.tell(drain)
      await clock.advance(200)
      expect(server.links).toHaveLength(3)
    })
  })

  it('goes on with the connection that is under way when the old one is lost', async () => {
    const { client, clock, old, fresh, server, states } = await startMoving({ token: 't-1' })
    fresh.greet({ ...greeting, auth: 'required' })
    old.drop()
    expect(client.state).toEqual({ kind: 'authenticating', attempt: 1, connectionId: 'c-2' })
    await clock.advance(0)
    expect(fresh.take('auth').token).toBe('t-1')
    fresh.tell({ type: 'auth_ack', userId: 'ada' })
    expect(states.map(({ kind }) => kind)).toEqual(['online', 'authenticating', 'online'])
    await clock.advance(5_000)
    expect(server.links).toHaveLength(2)
  })

  it('is lost in its slot as ever, and dials once', async () => {
    const { client, clock, link, server } = startOnline()
    link.tell({ ...drain, reconnectAfterMs: 600 })
    link.drop(1012)
    expect(client.state).toMatchObject({ kind: 'waiting', closeCode: 1012 })
    await clock.advance(500)
    server.link.greet()
    await clock.advance(1_000)
    expect(server.links).toHaveLength(2)
  })

  it('is told once: a second drain changes nothing', async () => {
    const { clock, link, server } = startOnline()
    link.tell(drain)
    await clock.advance(100)
    link.tell(drain)
    await clock.advance(100)
    expect(server.links).toHaveLength(2)
    link.tell(drain)
    await clock.advance(1_000)
    expect(server.links).toHaveLength(2)
  })

  it('hears no drain of a connection it has left', async () => {
    const rig = startOnline()
    rig.client.call('slow').catch(() => undefined)
    const { old, fresh, clock, server } = await move(rig)
    fresh.greet(greeting)
    old.tell(drain)
    await clock.advance(1_000)
    expect(server.links).toHaveLength(2)
    expect(old.closedWith).toBeNull()
  })

  it('goes on to a third server when the second one drains, too', async () => {
    const rig = startOnline()
    const { payloads } = follow(rig, 'log:a', 2)
    const called = rig.client.call('slow')
    const first = await move(rig)
    first.fresh.greet(greeting)
    first.fresh.acceptSubscribe(recovered)
    expect(first.old.closedWith).toBeNull()
    const second = await move(rig)
    second.fresh.greet({ connectionId: 'c-3' })
    expect(first.old.closedWith).toBe(1000)
    await expect(called).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    send(second.old, 3)
    second.fresh.acceptSubscribe({ ...recovered, top: 3 })
    send(second.fresh, 3, 4)
    expect(second.old.closedWith).toBe(1000)
    expect(payloads).toEqual([3, 4])
  })

  it('goes, too, before its token was accepted', async () => {
    const rig = startClient({ token: 't-1' })
    rig.link.greet({ auth: 'required' })
    const { client, clock, old, fresh } = await move(rig)
    expect(fresh.url).toBe('ws://server.test/ws')
    fresh.greet({ ...greeting, auth: 'required' })
    await clock.advance(0)
    fresh.tell({ type: 'auth_ack', userId: 'ada' })
    expect(client.state).toEqual({ kind: 'online', connectionId: 'c-2', userId: 'ada' })
    expect(old.closedWith).toBe(1000)
  })

  it('ends for good when the old server says so, and takes nobody else', async () => {
    const { client, clock, old, fresh } = await startMoving()
    old.drop(4006, 'kicked')
    expect(client.state).toEqual({ kind: 'closed', code: 4006, reason: 'kicked' })
    expect(fresh.closedWith).toBe(1000)
    expect(clock.pendingTimers).toBe(0)
  })

  it.each(['soon', null, -1, 1e300])('is not disturbed by a slot of %s', async (slot) => {
    const { client, clock, link } = startOnline()
    link.tellRaw(JSON.stringify({ ...drain, reconnectAfterMs: slot }))
    await clock.advance(1_000)
    expect(client.state.kind).toBe('online')
    client.dispose()
    expect(clock.pendingTimers).toBe(0)
  })

  it.each([
    ['in its slot', async (rig: ClientRig) => rig.link.tell(drain)],
    ['while it dials', async (rig: ClientRig) => void (await move(rig))],
    [
      'while it waits for another attempt',
      async (rig: ClientRig) => (await move(rig)).fresh.drop(1013),
    ],
    ['on two connections', async (rig: ClientRig) => (await move(rig)).fresh.greet(greeting)],
  ])('is disposed %s: every link is closed and no timer left', async (_when, go) => {
    const rig = startOnline()
    follow(rig, 'log:a', 2)
    const called = rig.client.call('slow')
    await go(rig)
    rig.client.dispose()
    // One that never came to be was let go when it broke.
    for (const link of rig.server.links) expect(link.closedWith).toBe(1000)
    await expect(called).rejects.toMatchObject({ code: 'DISPOSED' })
    expect(rig.client.state.kind).toBe('closed')
    expect(rig.clock.pendingTimers).toBe(0)
  })
})

describe('what a client dials', () => {
  it('says that it resumes from its second connection on', async () => {
    const rig = startOnline()
    expect(rig.link.url).toBe('ws://server.test/ws')
    await reconnect(rig)
    expect(rig.link.url).toBe('ws://server.test/ws?resume=1')
    await reconnect(rig)
    expect(rig.link.url).toBe('ws://server.test/ws?resume=1')
  })

  it('keeps the query it was given', async () => {
    const rig = startOnline({ url: 'ws://server.test/ws?tenant=a%20b' })
    await reconnect(rig)
    expect(rig.link.url).toBe('ws://server.test/ws?tenant=a%20b&resume=1')
  })

  it('does not say so before it has been online', async () => {
    const { clock, link, server } = startClient()
    link.drop()
    await clock.advance(500)
    expect(server.links.map(({ url }) => url)).toEqual([
      'ws://server.test/ws',
      'ws://server.test/ws',
    ])
  })
})
