import { describe, expect, it } from 'vitest'
import { reconnect, startOnline } from '../../test/support/client-rig.ts'

const position = { epoch: 'e1', offset: 9 }

describe('P-025 reading history', () => {
  it('resolves with the newest position and the events, as a subscriber would get them', async () => {
    const { client, link } = startOnline()
    const reading = client.channel('log:a').history({ after: 4, before: 8, limit: 2 })
    const { id = 0, ...frame } = link.take('history')
    expect(frame).toEqual({ type: 'history', channel: 'log:a', after: 4, before: 8, limit: 2 })
    const events = [
      { offset: 5, payload: 'five', from: 'ada', time: 1 },
      { offset: 6, payload: 'six', time: 2 },
    ]
    link.tell({ type: 'ack', id, channel: 'log:a', position, events })
    expect(await reading).toEqual({
      position,
      events: [
        { channel: 'log:a', offset: 5, payload: 'five', from: 'ada', time: 1 },
        { channel: 'log:a', offset: 6, payload: 'six', time: 2 },
      ],
    })
  })

  it('asks for the newest where nothing else is said', async () => {
    const { client, link } = startOnline()
    const reading = client.channel('log:a').history()
    const { id = 0, ...frame } = link.take('history')
    expect(frame).toEqual({ type: 'history', channel: 'log:a' })
    link.tell({ type: 'ack', id, channel: 'log:a', position, events: [] })
    expect(await reading).toEqual({ position, events: [] })
  })

  it('rejects with the code of the server', async () => {
    const { client, link } = startOnline()
    const reading = client.channel('room:a').history()
    const refusal = { code: 'NO_HISTORY', message: 'nothing is kept' } as const
    link.tell({ type: 'error', id: link.take('history').id ?? 0, ...refusal })
    await expect(reading).rejects.toMatchObject(refusal)
  })

  it('rejects when the connection breaks before the answer, or its signal is aborted', async () => {
    const rig = startOnline()
    const lost = expect(rig.client.channel('log:a').history()).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    })
    await reconnect(rig)
    await lost
    expect(rig.link.takeAll()).toEqual([])
    const aborted = rig.client.channel('log:a').history({ signal: AbortSignal.abort() })
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
    expect(rig.link.takeAll()).toEqual([])
  })

  it('is asked for on the next connection when it had not left', async () => {
    const rig = startOnline()
    const channel = rig.client.channel('log:a')
    channel.subscribe(() => undefined)
    // Behind the subscription, which has no answer yet.
    const reading = channel.history()
    await reconnect(rig)
    rig.link.acceptSubscribe({ position })
    const { id = 0 } = rig.link.take('history')
    rig.link.tell({ type: 'ack', id, channel: 'log:a', position, events: [] })
    expect(await reading).toEqual({ position, events: [] })
  })

  it('moves no subscription', async () => {
    const { client, link } = startOnline()
    const subscription = client.channel('log:a').subscribe(() => undefined)
    link.acceptSubscribe({ position: { epoch: 'e1', offset: 2 } })
    void client.channel('log:a').history()
    const { id = 0 } = link.take('history')
    link.tell({
      type: 'ack',
      id,
      channel: 'log:a',
      position,
      events: [{ offset: 9, payload: 'x' }],
    })
    expect(subscription.position).toEqual({ epoch: 'e1', offset: 2 })
  })
})
