import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { reconnect, redial, startClient, startOnline } from '../../test/support/client-rig.ts'
import type { ChannelEvent, Gap } from './subscription.ts'

const ignore = () => undefined

describe('subscribing', () => {
  it('asks the server, and is ready with its ack', async () => {
    const { client, link } = startOnline()
    const subscription = client.channel('log:a').subscribe(ignore, { last: 5 })
    const position = { epoch: 'e1', offset: 7 }
    expect(link.acceptSubscribe({ position })).toMatchObject({ channel: 'log:a', last: 5 })
    expect(await subscription.ready).toEqual(position)
    expect(subscription.position).toEqual(position)
  })

  it('delivers what a message or a batch carries, and moves its position', () => {
    const { client, link } = startOnline()
    const events: ChannelEvent[] = []
    const subscription = client.channel('log:a').subscribe((event) => events.push(event))
    link.acceptSubscribe({ position: { epoch: 'e1', offset: 0 } })
    const [one, two, three] = [
      { offset: 1, payload: { n: 1 }, from: 'ada', time: 5 },
      { offset: 2, payload: null },
      { offset: 3, payload: [3] },
    ]
    link.tell({ type: 'message', channel: 'log:a', ...one })
    link.tell({ type: 'batch', channel: 'log:a', count: 2, events: [two, three] })
    expect(events).toEqual([one, two, three].map((fields) => ({ channel: 'log:a', ...fields })))
    expect(subscription.position).toEqual({ epoch: 'e1', offset: 3 })
  })

  it('waits for the connection, then asks once', () => {
    const { client, link } = startClient()
    client.channel('log:a').subscribe(ignore)
    expect(link.takeAll()).toEqual([])
    link.greet()
    expect(link.takeAll()).toMatchObject([{ type: 'subscribe', channel: 'log:a' }])
  })

  it('delivers nothing before its ack and nothing for channels nobody asked for', () => {
    const { client, link } = startOnline()
    const payloads: unknown[] = []
    client.channel('room:a').subscribe(({ payload }) => payloads.push(payload))
    link.tell({ type: 'message', channel: 'room:a', payload: 'stale' })
    link.tell({ type: 'message', channel: 'room:b', payload: 'strange' })
    link.acceptSubscribe()
    expect(payloads).toEqual([])
  })

  describe('several subscriptions to a channel', () => {
    it('share one on the wire until the last is disposed', async () => {
      const { client, link } = startOnline()
      const seen: string[] = []
      const first = client.channel('room:a').subscribe(() => seen.push('first'))
      const second = client.channel('room:a').subscribe(() => seen.push('second'))
      link.acceptSubscribe()
      await Promise.all([first.ready, second.ready])
      expect(link.takeAll()).toEqual([])
      first.dispose()
      link.tell({ type: 'message', channel: 'room:a', payload: 1 })
      expect(seen).toEqual(['second'])
      expect(link.takeAll()).toEqual([])
      second.dispose()
      second.dispose()
      expect(link.takeAll()).toMatchObject([{ type: 'unsubscribe', channel: 'room:a' }])
    })

    it('are ready at once when the channel is open already', async () => {
      const { client, link } = startOnline()
      client.channel('log:a').subscribe(ignore)
      link.acceptSubscribe({ position: { epoch: 'e1', offset: 4 } })
      const late = client.channel('log:a').subscribe(ignore, { last: 10 })
      expect(await late.ready).toEqual({ epoch: 'e1', offset: 4 })
      expect(link.takeAll()).toEqual([])
    })

    it('ask again after the last was disposed', () => {
      const { client, link } = startOnline()
      client.channel('room:a').subscribe(ignore).dispose()
      const payloads: unknown[] = []
      client.channel('room:a').subscribe(({ payload }) => payloads.push(payload))
      link.acceptSubscribe()
      link.tell({ type: 'message', channel: 'room:a', payload: 'of the first' })
      link.acceptUnsubscribe()
      link.acceptSubscribe()
      link.tell({ type: 'message', channel: 'room:a', payload: 'of the second' })
      expect(payloads).toEqual(['of the second'])
    })
  })

  describe('ending', () => {
    it('stops a handler in the middle of a batch', () => {
      const { client, link } = startOnline()
      const payloads: unknown[] = []
      const subscription = client.channel('room:a').subscribe(({ payload }) => {
        payloads.push(payload)
        subscription.dispose()
      })
      link.acceptSubscribe()
      const events = [{ payload: 1 }, { payload: 2 }]
      link.tell({ type: 'batch', channel: 'room:a', count: 2, events })
      expect(payloads).toEqual([1])
    })

    it('keeps the position it had, to resume from later', () => {
      const { client, link } = startOnline()
      client.channel('log:a').subscribe(ignore)
      const gone = client.channel('log:a').subscribe(ignore)
      link.acceptSubscribe({ position: { epoch: 'e1', offset: 1 } })
      gone.dispose()
      link.tell({ type: 'message', channel: 'log:a', offset: 2, payload: 0 })
      expect(gone.position).toEqual({ epoch: 'e1', offset: 1 })
    })

    it('needs no unsubscribe while the connection is down', async () => {
      const rig = startOnline()
      const subscription = rig.client.channel('room:a').subscribe(ignore)
      rig.link.acceptSubscribe()
      rig.link.drop()
      subscription.dispose()
      const link = await redial(rig)
      link.greet()
      expect(link.takeAll()).toEqual([])
    })

    it('spares a subscription that another one ends in the same moment', () => {
      const { client, link } = startOnline()
      const seen: string[] = []
      const channel = client.channel('room:a')
      channel.subscribe(ignore, {
        onGap: () => {
          seen.push('first')
          second.dispose()
        },
      })
      const second = channel.subscribe(ignore, { onGap: () => seen.push('second') })
      link.acceptSubscribe()
      const gap = { from: null, to: null, missed: 1, reason: 'SLOW_READER' } as const
      link.tell({ type: 'gap', channel: 'room:a', ...gap })
      expect(seen).toEqual(['first'])
    })

    it('tells a refusal to ready and onEnd, not to error', async () => {
      const { client, link, errors } = startOnline()
      const ends: unknown[] = []
      const subscription = client
        .channel('secret')
        .subscribe(ignore, { onEnd: (error) => ends.push(error) })
      const { id = 0 } = link.take('subscribe')
      const refusal = { code: 'FORBIDDEN', message: 'not for you' } as const
      link.tell({ type: 'error', id, ...refusal })
      await expect(subscription.ready).rejects.toMatchObject(refusal)
      expect(ends).toMatchObject([refusal])
      expect(errors).toEqual([])
      subscription.dispose()
      expect(link.takeAll()).toEqual([])
    })

    it('P-026 tells every subscription that the server has ended it', () => {
      const { client, link, errors } = startOnline()
      const ends: unknown[] = []
      client.channel('room:a').subscribe(ignore, { onEnd: ({ code }) => ends.push(code) })
      client.channel('room:a').subscribe(ignore)
      link.acceptSubscribe()
      const message = 'no longer'
      link.tell({ type: 'unsubscribed', channel: 'room:a', code: 'FORBIDDEN', message })
      expect(ends).toEqual(['FORBIDDEN'])
      // The second one has no onEnd: somebody has to hear of it.
      expect(errors).toMatchObject([{ code: 'FORBIDDEN', message }])
    })

    it('P-026 does not ask again after a reconnect', async () => {
      const rig = startOnline()
      rig.client.channel('room:a').subscribe(ignore, { onEnd: ignore })
      rig.link.acceptSubscribe()
      const end = { code: 'FORBIDDEN', message: 'no longer' } as const
      rig.link.tell({ type: 'unsubscribed', channel: 'room:a', ...end })
      await reconnect(rig)
      expect(rig.link.takeAll()).toEqual([])
    })

    it('ends by its signal, before or after it began', async () => {
      const { client, link } = startOnline()
      const controller = new AbortController()
      const { signal } = controller
      const subscription = client.channel('room:a').subscribe(ignore, { signal })
      link.acceptSubscribe()
      expect(getEventListeners(signal, 'abort')).toHaveLength(1)
      controller.abort('enough')
      expect(getEventListeners(signal, 'abort')).toHaveLength(0)
      expect(link.takeAll()).toMatchObject([{ type: 'unsubscribe' }])
      await subscription.ready
      const never = client.channel('room:b').subscribe(ignore, { signal })
      await expect(never.ready).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' })
    })
  })

  it.each(['BROKER_UNAVAILABLE', 'INTERNAL'] as const)(
    'tries again after %s, when the server says',
    async (code) => {
      const { client, clock, link, errors } = startOnline()
      const subscription = client.channel('log:a').subscribe(ignore)
      const { id = 0 } = link.take('subscribe')
      link.tell({ type: 'error', id, code, message: 'later', retryAfterMs: 2_000 })
      await clock.advance(2_499)
      expect(link.takeAll()).toEqual([])
      await clock.advance(1)
      link.acceptUnsubscribe()
      link.acceptSubscribe()
      await subscription.ready
      expect(errors).toEqual([])
    },
  )

  it('asks again when no answer comes, without a double subscription', async () => {
    const { client, clock, link } = startOnline({ requestTimeoutMs: 1_000 })
    client.channel('log:a').subscribe(ignore)
    link.take('subscribe')
    await clock.advance(1_500)
    link.acceptUnsubscribe()
    expect(link.takeAll().map(({ type }) => type)).toEqual(['subscribe'])
  })

  it('guards itself from handlers', async () => {
    const { client, clock, link, errors } = startOnline()
    const seen: Gap[] = []
    const throwing = () => {
      throw new Error('mine')
    }
    client.channel('room:a').subscribe(throwing, { onGap: throwing })
    client.channel('room:a').subscribe(() => Promise.reject(new Error('mine, too')), {
      onGap: (gap) => seen.push(gap),
    })
    link.acceptSubscribe()
    link.tell({ type: 'message', channel: 'room:a', payload: 1 })
    const at = { epoch: 'e1', offset: 1 }
    link.tell({
      type: 'gap',
      channel: 'room:a',
      from: at,
      to: at,
      missed: 4,
      reason: 'SLOW_READER',
    })
    await clock.advance(0)
    expect(seen).toHaveLength(1)
    expect(errors).toMatchObject([
      { code: 'HANDLER_FAILED', cause: { message: 'mine' } },
      { code: 'HANDLER_FAILED', cause: { message: 'mine' } },
      { code: 'HANDLER_FAILED', cause: { message: 'mine, too' } },
    ])
  })
})
