import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { redial, startClient, startOnline } from '../../test/support/client-rig.ts'

const position = { epoch: 'e1', offset: 3 }

describe('publishing', () => {
  it('resolves with the position of the ack', async () => {
    const { client, link } = startOnline()
    const published = client.channel('log:a').publish({ n: 1 })
    const { id = 0, ...frame } = link.take('publish')
    expect(frame).toMatchObject({ channel: 'log:a', payload: { n: 1 } })
    link.tell({ type: 'ack', id, channel: 'log:a', position })
    expect(await published).toEqual({ position, duplicate: false })
  })

  it('tells a duplicate, and a channel without history', async () => {
    const { client, link } = startOnline()
    const published = client.channel('room:a').publish(null, { key: 'k-1', echo: false })
    const { id = 0, ...frame } = link.take('publish')
    expect(frame).toEqual({
      type: 'publish',
      channel: 'room:a',
      payload: null,
      key: 'k-1',
      echo: false,
    })
    link.tell({ type: 'ack', id, channel: 'room:a', duplicate: true })
    expect(await published).toEqual({ position: null, duplicate: true })
  })

  it('gives every event a key of its own', () => {
    let draws = 0
    const { client, link } = startClient({ random: () => (++draws % 997) / 997 })
    for (let event = 0; event < 64; event += 1) {
      client.channel('log:a').publish(event).catch(ignore)
    }
    link.greet()
    const keys = link.takeAll().map(({ key }) => key ?? '')
    expect(new Set(keys).size).toBe(64)
    for (const key of keys) expect(key).toMatch(/^.{8,128}$/)
  })

  it('rejects with what the server refused it for', async () => {
    const { client, link } = startOnline()
    const published = client.channel('log:a').publish('x')
    const { id = 0 } = link.take('publish')
    const refusal = { code: 'BROKER_UNAVAILABLE', message: 'later', retryAfterMs: 250 } as const
    link.tell({ type: 'error', id, ...refusal })
    await expect(published).rejects.toMatchObject(refusal)
  })

  it('rejects when no answer comes in time, and does not mind one that comes later', async () => {
    const { client, clock, link, errors } = startOnline({ publishTimeoutMs: 1_000 })
    const published = client.channel('log:a').publish('x')
    const rejection = expect(published).rejects.toMatchObject({ code: 'TIMEOUT' })
    await clock.advance(1_000)
    await rejection
    link.tell({ type: 'ack', id: link.take('publish').id ?? 0, channel: 'log:a', position })
    expect(errors).toEqual([])
  })

  describe('while the connection is down', () => {
    it('waits, and is sent in its order, behind the subscriptions', async () => {
      const { client, link } = startClient()
      const channel = client.channel('log:a')
      channel.publish(1).catch(ignore)
      channel.subscribe(ignore)
      channel.publish(2).catch(ignore)
      link.greet()
      expect(link.takeAll().map(({ type, payload }) => payload ?? type)).toEqual([
        'subscribe',
        1,
        2,
      ])
    })

    it('is sent as it was when it was made', () => {
      const { client, link } = startClient()
      const payload = { n: 1 }
      client.channel('log:a').publish(payload).catch(ignore)
      payload.n = 2
      link.greet()
      expect(link.take('publish').payload).toEqual({ n: 1 })
    })

    it('goes on waiting when an attempt fails', async () => {
      const rig = startClient()
      rig.client.channel('log:a').publish(1).catch(ignore)
      rig.link.drop()
      const link = await redial(rig)
      link.greet()
      expect(link.take('publish').payload).toBe(1)
    })

    it('is never sent once its signal was aborted', async () => {
      const { client, link } = startClient()
      const controller = new AbortController()
      const published = client.channel('log:a').publish(1, { signal: controller.signal })
      controller.abort()
      await expect(published).rejects.toMatchObject({ code: 'ABORTED' })
      link.greet()
      expect(link.takeAll()).toEqual([])
    })

    it('times out when the connection does not come', async () => {
      const { client, clock, link } = startClient({ connectTimeoutMs: 120_000 })
      const rejection = expect(client.channel('log:a').publish(1)).rejects.toMatchObject({
        code: 'TIMEOUT',
      })
      await clock.advance(60_000)
      await rejection
      link.greet()
      expect(link.takeAll()).toEqual([])
    })

    it('may wait only in limited number, which is again there once they are answered', async () => {
      const { client, link } = startClient({ maxQueued: 3 })
      const channel = client.channel('log:a')
      for (const event of [1, 2, 3]) channel.publish(event).catch(ignore)
      await expect(channel.publish('too many')).rejects.toMatchObject({ code: 'QUEUE_FULL' })
      await expect(client.call('too many')).rejects.toMatchObject({ code: 'QUEUE_FULL' })
      link.greet()
      await expect(channel.publish('too many')).rejects.toMatchObject({ code: 'QUEUE_FULL' })
      link.tell({ type: 'ack', id: link.take('publish').id ?? 0, channel: 'log:a' })
      channel.publish(4).catch(ignore)
      await expect(channel.publish('too many')).rejects.toMatchObject({ code: 'QUEUE_FULL' })
    })

    it('may wait, by default, 1,024 at a time', async () => {
      const { client, link } = startClient()
      const channel = client.channel('log:a')
      for (let event = 0; event < 1_024; event += 1) channel.publish(event).catch(ignore)
      await expect(channel.publish('too many')).rejects.toMatchObject({ code: 'QUEUE_FULL' })
      link.greet()
      const sent: unknown[] = []
      for (let event = 0; event < 1_024; event += 1) {
        const { id = 0, payload } = link.take('publish')
        sent.push(payload)
        link.tell({ type: 'ack', id, channel: 'log:a' })
      }
      expect(sent).toEqual([...sent.keys()])
    })

    it('may hold only so much', async () => {
      const { client, link } = startClient()
      const channel = client.channel('log:a')
      const large = 'x'.repeat(512 * 1024)
      for (const event of [large, large]) channel.publish(event).catch(ignore)
      await expect(channel.publish('small')).rejects.toMatchObject({ code: 'QUEUE_FULL' })
      link.greet({ limits: { maxPayloadBytes: 1024 * 1024, maxChannels: 1 } })
      link.tell({ type: 'ack', id: link.take('publish').id ?? 0, channel: 'log:a' })
      channel.publish('small').catch(ignore)
      link.tell({ type: 'ack', id: link.take('publish').id ?? 0, channel: 'log:a' })
      expect(link.takeAll()).toMatchObject([{ payload: 'small' }])
    })
  })

  it('takes a frame of just the size the server takes, and keeps back one byte more', async () => {
    const { client, link } = startOnline()
    const channel = client.channel('log:a')
    channel.publish('', { key: 'k' }).catch(ignore)
    const maxPayloadBytes = JSON.stringify(link.take('publish')).length + 10
    const small = startClient()
    small.link.greet({ limits: { maxPayloadBytes, maxChannels: 1 } })
    const publish = (length: number) =>
      small.client.channel('log:a').publish('x'.repeat(length), { key: 'k' })
    publish(10).catch(ignore)
    expect(small.link.takeAll()).toHaveLength(1)
    small.link.tell({ type: 'ack', id: 1, channel: 'log:a' })
    await expect(publish(11)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
  })

  it('keeps back a frame the server would end the connection over', async () => {
    const { client, link } = startClient()
    const channel = client.channel('log:a')
    const rejection = expect(channel.publish('é'.repeat(500))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    })
    link.greet({ limits: { maxPayloadBytes: 1_000, maxChannels: 1 } })
    await rejection
    expect(link.takeAll()).toEqual([])
    channel.publish('é'.repeat(300)).catch(ignore)
    expect(link.takeAll()).toHaveLength(1)
  })

  it('ends by its signal', async () => {
    const { client, clock, link } = startOnline()
    const controller = new AbortController()
    const { signal } = controller
    const answered = client.channel('log:a').publish(0, { signal })
    link.tell({ type: 'ack', id: link.take('publish').id ?? 0, channel: 'log:a' })
    await answered
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    const published = client.channel('log:a').publish(1, { signal })
    controller.abort('never mind')
    await expect(published).rejects.toMatchObject({ code: 'ABORTED', cause: 'never mind' })
    link.takeAll()
    const late = client.channel('log:a').publish(2, { signal })
    await expect(late).rejects.toMatchObject({ code: 'ABORTED' })
    expect(link.takeAll()).toEqual([])
    client.dispose()
    expect(clock.pendingTimers).toBe(0)
  })

  it('rejects what JSON cannot hold with a TypeError', async () => {
    const { client, link } = startOnline()
    await expect(client.channel('log:a').publish(1n)).rejects.toThrow(TypeError)
    expect(link.takeAll()).toEqual([])
  })

  it('rejects once the client has ended, saying why', async () => {
    const { client, link } = startOnline()
    link.drop(4006, 'disconnected by the server')
    await expect(client.channel('log:a').publish(1)).rejects.toMatchObject({
      code: 'CLOSED',
      message: expect.stringContaining('4006 disconnected by the server'),
    })
  })
})

function ignore(): void {
  // What a test does not look at.
}
