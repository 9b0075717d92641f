import { describe, expect, it } from 'vitest'
import {
  type ClientRig,
  reconnect,
  startClient,
  startOnline,
} from '../../test/support/client-rig.ts'
import type { ClientState } from './client-state.ts'
import { isTidewireError } from './tidewire-error.ts'

describe('disposing', () => {
  it('closes with 1000, rejects what is open and leaves no timer', async () => {
    const { client, clock, link, server, states } = startOnline()
    const channel = client.channel('log:a')
    const subscription = channel.subscribe(() => undefined)
    const rejections = Promise.all([
      expect(channel.publish(1)).rejects.toMatchObject({ code: 'DISPOSED' }),
      expect(subscription.ready).rejects.toMatchObject({ code: 'DISPOSED' }),
    ])
    client.dispose()
    client.dispose()
    await rejections
    expect(link.closedWith).toBe(1000)
    expect(states.at(-1)).toEqual({ kind: 'closed', code: 1000, reason: 'disposed' })
    expect(clock.pendingTimers).toBe(0)
    await clock.advance(120_000)
    expect(server.links).toHaveLength(1)
  })

  const moments: readonly [string, () => Promise<ClientRig>][] = [
    ['connecting', async () => startClient()],
    [
      'authenticating',
      async () => {
        const rig = startClient({ token: () => new Promise(() => undefined) })
        rig.link.greet({ auth: 'required' })
        return rig
      },
    ],
    ['online', async () => startOnline()],
    [
      'waiting',
      async () => {
        const rig = startOnline()
        rig.link.drop()
        return rig
      },
    ],
    [
      'waiting to subscribe again',
      async () => {
        const rig = startOnline()
        rig.client.channel('log:a').subscribe(() => undefined)
        const { id = 0 } = rig.link.take('subscribe')
        rig.link.tell({ type: 'error', id, code: 'RATE_LIMITED', message: 'later' })
        return rig
      },
    ],
    [
      'back again',
      async () => {
        const rig = startOnline()
        rig.client.channel('log:a').subscribe(() => undefined)
        rig.client
          .channel('log:a')
          .publish(1)
          .catch(() => undefined)
        await reconnect(rig)
        return rig
      },
    ],
  ]

  it.each(moments)('leaves no timer when it is %s', async (_moment, start) => {
    const rig = await start()
    expect(rig.clock.pendingTimers).toBeGreaterThan(0)
    rig.client.dispose()
    expect(rig.clock.pendingTimers).toBe(0)
    expect(rig.client.state.kind).toBe('closed')
    expect(rig.errors).toEqual([])
  })

  it('does not tell subscriptions of what the application did itself', () => {
    const { client, link, errors } = startOnline()
    const ends: unknown[] = []
    client.channel('room:a').subscribe(() => undefined, { onEnd: (end) => ends.push(end) })
    client.channel('room:b').subscribe(() => undefined)
    link.acceptSubscribe()
    client.dispose()
    expect(ends).toEqual([])
    expect(errors).toEqual([])
  })

  it('tells subscriptions, old and new, of an end that was not its own', async () => {
    const { client, link } = startOnline()
    const ends: unknown[] = []
    const options = { onEnd: ({ code }: { code: string }) => ends.push(code) }
    client.channel('room:a').subscribe(() => undefined, options)
    link.drop(4006)
    expect(ends).toEqual(['CLOSED'])
    const late = client.channel('room:a').subscribe(() => undefined, options)
    await expect(late.ready).rejects.toSatisfy(isTidewireError)
    expect(ends).toEqual(['CLOSED', 'CLOSED'])
  })

  it('happens with its signal, also one that was aborted before', () => {
    const controller = new AbortController()
    const { signal } = controller
    const { client } = startOnline({ signal })
    controller.abort()
    expect(client.state.kind).toBe('closed')
    const late = startClient({ signal })
    expect(late.client.state.kind).toBe('closed')
    expect(late.clock.pendingTimers).toBe(0)
  })

  it('happens at the end of `await using`', async () => {
    const rig = startOnline()
    {
      await using client = rig.client
      expect(client.state.kind).toBe('online')
    }
    expect(rig.client.state.kind).toBe('closed')
  })

  it('is for a subscription what `using` does', () => {
    const { client, link } = startOnline()
    {
      using subscription = client.channel('room:a').subscribe(() => undefined)
      expect(subscription.channel).toBe('room:a')
    }
    expect(link.takeAll().map(({ type }) => type)).toEqual(['subscribe', 'unsubscribe'])
  })

  it('may be done by a handler of the state it ends', () => {
    const { client, link, clock } = startClient()
    const seen: ClientState['kind'][] = []
    client.on('state', ({ kind }) => {
      seen.push(kind)
      if (kind === 'online') client.dispose()
    })
    client.on('state', ({ kind }) => seen.push(kind))
    link.greet()
    expect(seen).toEqual(['online', 'online', 'closed', 'closed'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('may be done by a handler in the middle of a batch', () => {
    const { client, link, errors } = startOnline()
    const payloads: unknown[] = []
    client.channel('room:a').subscribe(({ payload }) => {
      payloads.push(payload)
      client.dispose()
    })
    link.acceptSubscribe()
    const events = [{ payload: 1 }, { payload: 2 }]
    link.tell({ type: 'batch', channel: 'room:a', count: 2, events })
    link.tell({ type: 'error', code: 'INTERNAL', message: 'too late' })
    expect(payloads).toEqual([1])
    expect(errors).toEqual([])
  })
})
