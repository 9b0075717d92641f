import { describe, expect, it } from 'vitest'
import { HeldPermission } from '../../../test/engine/held-permission.ts'
import { roleIsToken } from '../../../test/engine/role-is-token.ts'
import { startOnHeldBroker } from '../../../test/engine/start-on-held-broker.ts'
import type { Limits } from './limits.ts'

const channel = 'chat:lobby'

describe('a subscribe that waits for its permission', () => {
  it('is acknowledged when the answer is yes, and gets what comes then', async () => {
    const { permission, clock, hub, connect } = startHeld()
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel })
    await hub.publish(channel, 'too early')
    permission.answer(true)
    await clock.advance(0)
    await hub.publish(channel, 'now')
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'ack', id: 1, position: { offset: 1 } },
      { type: 'message', payload: 'now' },
    ])
  })

  it('ends before it began when its client unsubscribes', async () => {
    const { permission, held, clock, hub, connect } = startHeld()
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel })
    peer.send({ type: 'unsubscribe', id: 2, channel })
    permission.answer(true)
    await clock.advance(0)
    await hub.publish(channel, 'to nobody')
    await clock.advance(0)
    expect(peer.frames.slice(1)).toEqual([
      { type: 'ack', id: 2, channel },
      {
        type: 'error',
        id: 1,
        code: 'NOT_SUBSCRIBED',
        message: 'unsubscribed before it began',
      },
    ])
    expect(held.asked).not.toContain('subscribe')
  })

  it('ended so does not keep the client from subscribing anew', async () => {
    const { permission, clock, hub, connect } = startHeld()
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel })
    peer.send({ type: 'unsubscribe', id: 2, channel })
    peer.send({ type: 'subscribe', id: 3, channel })
    permission.answer(false)
    await clock.advance(0)
    permission.answer(true)
    await clock.advance(0)
    await hub.publish(channel, 'once')
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'ack', id: 2 },
      { type: 'error', id: 1, code: 'NOT_SUBSCRIBED' },
      { type: 'ack', id: 3 },
      { type: 'message', payload: 'once' },
    ])
  })

  it('has its channel to itself: a second one is refused and nobody is asked again', async () => {
    const { permission, clock, connect } = startHeld()
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel })
    peer.send({ type: 'subscribe', id: 2, channel })
    expect(peer.frames.at(-1)).toMatchObject({ id: 2, code: 'ALREADY_SUBSCRIBED' })
    permission.answer(true)
    await clock.advance(0)
    expect(peer.frames.at(-1)).toMatchObject({ type: 'ack', id: 1 })
    expect(permission.asked.length).toBe(1)
  })

  it('takes one of the places a connection has, and gives it back when it is refused', async () => {
    const { permission, clock, connect } = startHeld({ maxChannels: 2 })
    const peer = connect()
    for (const id of ['a', 'b', 'c']) peer.send({ type: 'subscribe', id, channel: `chat:${id}` })
    expect(peer.frames.at(-1)).toMatchObject({ id: 'c', code: 'TOO_MANY_CHANNELS' })
    permission.answer(true)
    permission.answer(false)
    await clock.advance(0)
    peer.send({ type: 'subscribe', id: 'd', channel: 'chat:d' })
    permission.answer(true)
    await clock.advance(0)
    expect(peer.frames.slice(2)).toMatchObject([
      { type: 'error', id: 'b', code: 'FORBIDDEN' },
      { type: 'ack', id: 'a' },
      { type: 'ack', id: 'd' },
    ])
  })

  it('comes to nothing when its connection ends', async () => {
    const { permission, held, clock, hub, connect } = startHeld()
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel })
    peer.close()
    await clock.advance(0)
    permission.answer(true)
    await clock.advance(0)
    expect(hub.connectionCount).toBe(0)
    expect(held.asked).toEqual([])
    expect(peer.frames.length).toBe(1)
  })

  it('is judged by the credential that was renewed meanwhile', async () => {
    const { permission, clock, connect } = startHeld()
    const peer = connect()
    peer.send([
      { type: 'auth', token: 'ada/admin' },
      { type: 'subscribe', id: 1, channel },
    ])
    await clock.advance(0)
    peer.send({ type: 'auth', token: 'ada/guest' })
    await clock.advance(0)
    permission.answer(true)
    await clock.advance(0)
    permission.answer(false)
    await clock.advance(0)
    expect(peer.frames.at(-1)).toMatchObject({ id: 1, code: 'FORBIDDEN' })
    expect(permission.asked.map(({ user }) => user?.claims?.['role'])).toEqual(['admin', 'guest'])
  })

  it('lets a publish that follows it in one breath wait: it gets its own event', async () => {
    const { permission, clock, connect } = startHeld()
    const peer = connect()
    peer.send([
      { type: 'subscribe', id: 1, channel },
      { type: 'publish', id: 2, channel, payload: 'mine' },
    ])
    await clock.advance(0)
    permission.answer(true)
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'ack', id: 1, position: { offset: 0 } },
      { type: 'ack', id: 2 },
      { type: 'message', payload: 'mine' },
    ])
  })

  it('does not keep a publish that follows it when it is refused', async () => {
    const { permission, clock, connect } = startHeld()
    const peer = connect()
    peer.send([
      { type: 'subscribe', id: 1, channel },
      { type: 'publish', id: 2, channel, payload: 'mine' },
    ])
    permission.answer(false)
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { id: 1, code: 'FORBIDDEN' },
      { type: 'ack', id: 2 },
    ])
  })
})

function startHeld(limits: Partial<Limits> = {}) {
  const permission = new HeldPermission()
  const engine = startOnHeldBroker({
    channels: {
      'chat:{room}': {
        subscribe: 'anyone',
        publish: 'anyone',
        history: { size: 100 },
        canSubscribe: permission.can,
      },
    },
    limits,
    strategies: [roleIsToken],
  })
  return { ...engine, permission }
}
