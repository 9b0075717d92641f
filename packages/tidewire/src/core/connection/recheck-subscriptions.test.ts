import { describe, expect, it } from 'vitest'
import { HeldPermission } from '../../../test/engine/held-permission.ts'
import { roleIsToken } from '../../../test/engine/role-is-token.ts'
import { startEngine } from '../../../test/engine/start-engine.ts'
import type { MemoryPeer } from '../../testing/memory-link.ts'
import type { Permission } from '../channel/permission.ts'

const isAdmin: Permission = ({ user }) => user?.claims?.['role'] === 'admin'

describe('after a renewal', () => {
  it('subscriptions that are no longer permitted end, and the others go on', async () => {
    const { clock, hub, connect } = startWith(isAdmin)
    const peer = await subscribed(connect(), clock, ['open:1', 'held:1', 'open:2'])
    peer.send({ type: 'auth', id: 'a', token: 'ada/guest' })
    await clock.advance(0)
    for (const name of ['open:1', 'held:1', 'open:2']) await hub.publish(name, name)
    await clock.advance(0)
    expect(peer.take()).toEqual([
      { type: 'auth_ack', id: 'a', userId: 'ada' },
      { type: 'unsubscribed', channel: 'held:1', code: 'FORBIDDEN', message: expect.any(String) },
      expect.objectContaining({ channel: 'open:1', offset: 1 }),
      expect.objectContaining({ channel: 'open:2', offset: 1 }),
    ])
  })

  it('nothing ends that is permitted still', async () => {
    const { clock, connect } = startWith(isAdmin)
    const peer = await subscribed(connect(), clock, ['open:1', 'held:1'])
    peer.send({ type: 'auth', token: 'ada/admin' })
    await clock.advance(0)
    expect(peer.take()).toMatchObject([{ type: 'auth_ack' }])
  })

  it('a subscription goes on without a gap while it is being asked about', async () => {
    const { permission, clock, hub, connect } = startHeld()
    const peer = await subscribed(connect(), clock, ['held:1', 'held:2'])
    peer.send({ type: 'auth', token: 'ada/guest' })
    await clock.advance(0)
    for (const payload of [1, 2]) await hub.publish('held:1', payload)
    await hub.publish('held:2', 1)
    await clock.advance(0)
    permission.answer(true)
    permission.answer(false)
    await clock.advance(0)
    for (const name of ['held:1', 'held:2']) await hub.publish(name, 3)
    await clock.advance(0)
    const events = peer.take().flatMap((frame) => {
      if (frame.type === 'message') return [[frame.channel, frame.offset, frame.prev]]
      if (frame.type === 'batch') {
        return frame.events.map((event) => [frame.channel, event.offset, event.prev])
      }
      return frame.type === 'auth_ack' ? [] : [frame.type]
    })
    expect(events).toEqual([
      ['held:1', 1, undefined],
      ['held:1', 2, undefined],
      ['held:2', 1, undefined],
      'unsubscribed',
      ['held:1', 3, undefined],
    ])
  })

  it('a permission that fails or never settles ends the subscription', async () => {
    const { permission, clock, connect } = startHeld()
    const peer = await subscribed(connect(), clock, ['held:1', 'held:2'])
    peer.send({ type: 'auth', token: 'ada' })
    await clock.advance(0)
    permission.fail(new Error('no'))
    await clock.advance(5_000)
    expect(peer.take()).toMatchObject([
      { type: 'auth_ack' },
      { type: 'unsubscribed', channel: 'held:1' },
      { type: 'unsubscribed', channel: 'held:2' },
    ])
  })

  it('and another one, the credential of the last decides, once', async () => {
    const { permission, clock, connect } = startHeld()
    const peer = await subscribed(connect(), clock, ['held:1'])
    for (const role of ['a', 'b', 'c']) {
      peer.send({ type: 'auth', token: `ada/${role}` })
      await clock.advance(0)
    }
    permission.answer(false)
    await clock.advance(0)
    permission.answer(true)
    await clock.advance(5_000)
    expect(peer.take()).toMatchObject([
      { type: 'auth_ack' },
      { type: 'auth_ack' },
      { type: 'auth_ack' },
    ])
    const roles = permission.asked.map(({ user }) => user?.claims?.['role'])
    expect(roles).toEqual(['a', 'c'])
    peer.send({ type: 'auth', token: 'ada/d' })
    await clock.advance(0)
    permission.answer(false)
    await clock.advance(0)
    expect(peer.take()).toMatchObject([{ type: 'auth_ack' }, { type: 'unsubscribed' }])
  })

  it('a no does not end what was subscribed anew meanwhile', async () => {
    const { permission, clock, hub, connect } = startHeld()
    const peer = await subscribed(connect(), clock, ['held:1'])
    peer.send({ type: 'auth', token: 'ada' })
    await clock.advance(0)
    peer.send({ type: 'unsubscribe', id: 1, channel: 'held:1' })
    peer.send({ type: 'subscribe', id: 2, channel: 'held:1' })
    permission.answer(false)
    permission.answer(true)
    await clock.advance(0)
    await hub.publish('held:1', 'new')
    await clock.advance(0)
    expect(peer.take()).toMatchObject([
      { type: 'auth_ack' },
      { type: 'ack', id: 1 },
      { type: 'ack', id: 2 },
      { type: 'message', payload: 'new' },
    ])
  })

  it('nothing is told to a connection that ended meanwhile', async () => {
    const { permission, clock, hub, logged, connect } = startHeld()
    const peer = await subscribed(connect(), clock, ['held:1'])
    peer.send({ type: 'auth', token: 'ada' })
    await clock.advance(0)
    peer.close()
    await clock.advance(0)
    permission.answer(false)
    await clock.advance(0)
    expect(peer.take()).toMatchObject([{ type: 'auth_ack' }])
    expect(hub.connectionCount).toBe(0)
    expect(logged.filter(({ level }) => level !== 'info')).toEqual([])
  })

  it('that was refused nobody is asked', async () => {
    const { permission, clock, connect } = startHeld()
    const peer = await subscribed(connect(), clock, ['held:1'])
    peer.send({ type: 'auth', id: 1, token: 'bob' })
    await clock.advance(0)
    expect(peer.take()).toMatchObject([{ type: 'error', id: 1, code: 'INVALID_TOKEN' }])
    expect(permission.asked).toEqual([])
  })
})

/** Signs a peer in as an admin, and onto channels; a permission that is asked has to say yes by itself. */
async function subscribed(
  peer: MemoryPeer,
  clock: { advance(byMs: number): Promise<void> },
  channels: readonly string[],
): Promise<MemoryPeer> {
  peer.send({ type: 'auth', token: 'ada/admin' })
  await clock.advance(0)
  for (const channel of channels) {
    peer.send({ type: 'subscribe', id: channel, channel })
    await clock.advance(0)
  }
  peer.take()
  return peer
}

function startWith(canSubscribe: Permission) {
  return startEngine({
    channels: {
      'open:{id}': { history: { size: 100 } },
      'held:{id}': { history: { size: 100 }, canSubscribe },
    },
    strategies: [roleIsToken],
  })
}

/** The first credential is permitted at once, what comes after it is held. */
function startHeld() {
  const permission = new HeldPermission()
  let first: unknown
  const engine = startWith((request) => {
    first ??= request.user
    return request.user === first || permission.can(request)
  })
  return { ...engine, permission }
}
