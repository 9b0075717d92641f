import { describe, expect, it } from 'vitest'
import { type ClientRig, startOnline } from '../../test/support/client-rig.ts'
import type { StreamOptions } from './channel.ts'

function say({ link }: ClientRig, ...payloads: readonly unknown[]): void {
  for (const payload of payloads) link.tell({ type: 'message', channel: 'room:a', payload })
}

function startStream(options?: StreamOptions) {
  const rig = startOnline()
  const stream = rig.client.channel('room:a').events(options)
  rig.link.acceptSubscribe()
  return { rig, stream }
}

describe('for await over a channel', () => {
  it('takes every event in order, also those that came before it looked', async () => {
    const rig = startOnline()
    const channel = rig.client.channel('room:a')
    const payloads: unknown[] = []
    const reading = (async () => {
      for await (const { payload } of channel) {
        payloads.push(payload)
        if (payload === 3) break
      }
    })()
    rig.link.acceptSubscribe()
    say(rig, 1, 2)
    await rig.clock.advance(0)
    say(rig, 3, 4)
    await reading
    expect(payloads).toEqual([1, 2, 3])
    expect(rig.link.takeAll()).toMatchObject([{ type: 'unsubscribe', channel: 'room:a' }])
  })

  it('subscribes at once', async () => {
    const { rig, stream } = startStream()
    say(rig, 'early')
    expect(await stream.next()).toMatchObject({ done: false, value: { payload: 'early' } })
  })

  it('answers several waiting takers in their order', async () => {
    const { rig, stream } = startStream()
    const taken = Promise.all([stream.next(), stream.next()])
    say(rig, 1, 2)
    expect((await taken).map(({ value }) => value?.payload)).toEqual([1, 2])
  })

  it('ends with an error in the place of the first event that did not fit', async () => {
    const { rig, stream } = startStream({ maxBuffered: 3 })
    say(rig, 1, 2, 3, 4, 5)
    expect(rig.link.take('unsubscribe').channel).toBe('room:a')
    for (const payload of [1, 2, 3]) {
      expect(await stream.next()).toMatchObject({ value: { payload } })
    }
    await expect(stream.next()).rejects.toMatchObject({ code: 'BUFFER_OVERFLOW' })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    expect(rig.errors).toEqual([])
  })

  it('keeps 1,024 events by default', async () => {
    const { rig, stream } = startStream()
    say(rig, ...Array.from({ length: 1_024 }, (_, n) => n))
    expect(rig.link.takeAll()).toEqual([])
    say(rig, 'one more')
    expect(rig.link.takeAll()).toMatchObject([{ type: 'unsubscribe' }])
    await stream.return?.()
  })

  it('may be left while it waits, or before it was looked at', async () => {
    const { rig, stream } = startStream()
    const waiting = stream.next()
    await stream.return?.()
    expect(await waiting).toEqual({ done: true, value: undefined })
    const untouched = rig.client.channel('room:b').events()
    await untouched.return?.()
    expect(rig.link.takeAll().map(({ type, channel }) => `${type} ${channel}`)).toEqual([
      'unsubscribe room:a',
      'subscribe room:b',
      'unsubscribe room:b',
    ])
  })

  it('ends without an error when its signal or its client ends it', async () => {
    const controller = new AbortController()
    const { rig, stream } = startStream({ signal: controller.signal })
    const waiting = stream.next()
    controller.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
    const other = rig.client.channel('room:b').events()
    rig.client.dispose()
    expect(await other.next()).toEqual({ done: true, value: undefined })
    const late = rig.client.channel('room:b').events({ signal: controller.signal })
    expect(await late.next()).toEqual({ done: true, value: undefined })
  })

  it('throws what the server ended it with, after what had come', async () => {
    const { rig, stream } = startStream()
    say(rig, 1)
    const end = { code: 'FORBIDDEN', message: 'no longer' } as const
    rig.link.tell({ type: 'unsubscribed', channel: 'room:a', ...end })
    expect(await stream.next()).toMatchObject({ value: { payload: 1 } })
    await expect(stream.next()).rejects.toMatchObject(end)
    expect(rig.errors).toEqual([])
  })

  it('throws when the connection has ended for good', async () => {
    const { rig, stream } = startStream()
    rig.link.drop(4006)
    await expect(stream.next()).rejects.toMatchObject({ code: 'CLOSED' })
  })
})
