import { describe, expect, it } from 'vitest'
import { reconnect, startOnline } from '../../test/support/client-rig.ts'
import { follow, greeting, move, recovered, send } from '../../test/support/draining-rig.ts'

describe('P-061 the subscriptions of a client whose server drains', () => {
  it('stays until every subscription is accepted where it goes', async () => {
    const rig = startOnline()
    follow(rig, 'log:a', 2)
    follow(rig, 'log:b', 7)
    const { old, fresh } = await move(rig)
    fresh.greet(greeting)
    expect(fresh.messages).toBe(1)
    expect(fresh.acceptSubscribe(recovered)).toMatchObject({ since: { epoch: 'e1', offset: 2 } })
    expect(old.closedWith).toBeNull()
    expect(fresh.acceptSubscribe({ ...recovered, top: 7 })).toMatchObject({ channel: 'log:b' })
    expect(old.closedWith).toBe(1000)
    expect(rig.states.map(({ kind }) => kind)).toEqual(['online', 'online'])
  })

  it('gets what comes on both connections once and in order, and hears of no loss', async () => {
    const rig = startOnline()
    const { payloads, gaps, recoveries } = follow(rig, 'log:a', 0)
    rig.client.channel('log:b').subscribe(() => undefined)
    rig.link.acceptSubscribe({ position: { epoch: 'e1', offset: 0 } })
    send(rig.link, 1)
    const { old, fresh } = await move(rig)
    send(old, 2)
    fresh.greet(greeting)
    send(old, 3, 4)
    expect(fresh.acceptSubscribe({ ...recovered, top: 5 }).since).toMatchObject({ offset: 2 })
    send(fresh, 3)
    send(old, 5, 6)
    send(fresh, 4, 5)
    send(old, 7)
    send(fresh, 6, 7, 8)
    expect(payloads).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect({ gaps, recoveries, errors: rig.errors }).toEqual({
      gaps: [],
      recoveries: [],
      errors: [],
    })
  })

  it('goes on with a recovery it was in, and counts all of it', async () => {
    const rig = startOnline()
    const { payloads, recoveries } = follow(rig, 'log:a', 0)
    const back = await reconnect(rig)
    back.acceptSubscribe({ position: { epoch: 'e1', offset: 0 }, recovered: true, top: 3 })
    send(back, 1)
    const { fresh } = await move(rig)
    fresh.greet(greeting)
    fresh.acceptSubscribe({ position: { epoch: 'e1', offset: 1 }, recovered: true, top: 4 })
    send(fresh, 2, 3, 4)
    expect(payloads).toEqual([1, 2, 3, 4])
    expect(recoveries).toEqual([3])
  })

  it('switches with the ack on a channel without history, and is told so', async () => {
    const rig = startOnline()
    const { payloads, gaps } = follow(rig, 'room:a', null)
    rig.client.call('slow').catch(() => undefined)
    const { old, fresh } = await move(rig)
    fresh.greet(greeting)
    old.tell({ type: 'message', channel: 'room:a', payload: 'old' })
    fresh.acceptSubscribe()
    old.tell({ type: 'message', channel: 'room:a', payload: 'too late' })
    fresh.tell({ type: 'message', channel: 'room:a', payload: 'new' })
    expect(payloads).toEqual(['old', 'new'])
    expect(gaps).toEqual([{ from: null, to: null, missed: null, reason: 'NO_HISTORY' }])
  })

  describe('where the new server has less than the old one gave', () => {
    it('asks again from where it stands by now, and hears of no gap', async () => {
      const rig = startOnline()
      const { payloads, gaps } = follow(rig, 'log:a', 2)
      const { old, fresh } = await move(rig)
      fresh.greet(greeting)
      send(old, 3, 4)
      const position = { epoch: 'e1', offset: 9 }
      fresh.acceptSubscribe({ position, recovered: false, reason: 'HISTORY_TRIMMED' })
      send(fresh, 10)
      fresh.acceptUnsubscribe()
      send(old, 5)
      expect(old.closedWith).toBeNull()
      expect(fresh.acceptSubscribe({ ...recovered, top: 9 }).since).toMatchObject({ offset: 4 })
      send(fresh, 5, 6)
      expect(payloads).toEqual([3, 4, 5, 6])
      expect(gaps).toEqual([])
    })

    it('hears of what is lost for who stands where it does', async () => {
      const rig = startOnline()
      const { payloads, gaps } = follow(rig, 'log:a', 2)
      const { fresh } = await move(rig)
      fresh.greet(greeting)
      const [from, to] = [2, 8].map((offset) => ({ epoch: 'e1', offset }))
      fresh.acceptSubscribe({ position: to ?? null, recovered: false, reason: 'HISTORY_TRIMMED' })
      send(fresh, 9)
      expect(payloads).toEqual([9])
      expect(gaps).toEqual([{ from, to, missed: 6, reason: 'HISTORY_TRIMMED' }])
    })

    it.each([
      { to: 4, told: [], next: 6 },
      { to: 8, told: [{ from: 5, to: 8, missed: 3 }], next: 9 },
    ])('places a gap up to $to that begins before what has come', async ({ to, told, next }) => {
      const rig = startOnline()
      const { payloads, gaps } = follow(rig, 'log:a', 2)
      const { old, fresh } = await move(rig)
      fresh.greet(greeting)
      send(old, 3, 4, 5)
      fresh.acceptSubscribe(recovered)
      const [from, end] = [2, to].map((offset) => ({ epoch: 'e1', offset }))
      const gap = {
        from: from ?? null,
        to: end ?? null,
        missed: to - 2,
        reason: 'SLOW_READER',
      } as const
      fresh.tell({ type: 'gap', channel: 'log:a', ...gap })
      send(fresh, next)
      expect(payloads).toEqual([3, 4, 5, next])
      expect(
        gaps.map((each) => ({ from: each.from?.offset, to: each.to?.offset, missed: each.missed })),
      ).toEqual(told)
    })

    it('asks again when the log began anew in the meantime', async () => {
      const rig = startOnline()
      const { payloads, gaps } = follow(rig, 'log:a', 2)
      const { old, fresh } = await move(rig)
      fresh.greet(greeting)
      const [from, to] = [
        { epoch: 'e1', offset: 2 },
        { epoch: 'e2', offset: 0 },
      ]
      const gap = { from, to, missed: null, reason: 'EPOCH_CHANGED' } as const
      old.tell({ type: 'gap', channel: 'log:a', ...gap })
      send(old, 1)
      fresh.acceptSubscribe(recovered)
      expect(old.closedWith).toBeNull()
      send(old, 2)
      fresh.acceptUnsubscribe()
      const since = { epoch: 'e2', offset: 1 }
      expect(fresh.acceptSubscribe({ position: since, recovered: true, top: 2 }).since).toEqual(
        since,
      )
      send(fresh, 2, 3)
      expect(payloads).toEqual([1, 2, 3])
      expect(gaps).toEqual([gap])
      expect(old.closedWith).toBe(1000)
    })

    it('begins anew where the log does', async () => {
      const rig = startOnline()
      const { gaps } = follow(rig, 'log:a', 2)
      const { fresh } = await move(rig)
      fresh.greet(greeting)
      const position = { epoch: 'e2', offset: 9 }
      fresh.acceptSubscribe({ position, recovered: false, reason: 'EPOCH_CHANGED' })
      expect(gaps).toMatchObject([{ to: position, missed: null, reason: 'EPOCH_CHANGED' }])
    })
  })

  it('stays where it is while the new server cannot take a subscription', async () => {
    const rig = startOnline()
    const { payloads } = follow(rig, 'log:a', 2)
    const { old, fresh, clock } = await move(rig)
    fresh.greet(greeting)
    const { id = 0 } = fresh.take('subscribe')
    fresh.tell({ type: 'error', id, code: 'BROKER_UNAVAILABLE', message: 'later' })
    send(old, 3)
    await clock.advance(500)
    fresh.acceptUnsubscribe()
    expect(old.closedWith).toBeNull()
    expect(fresh.acceptSubscribe({ ...recovered, top: 3 }).since).toMatchObject({ offset: 3 })
    expect(old.closedWith).toBe(1000)
    send(fresh, 4)
    expect(payloads).toEqual([3, 4])
  })

  it('loses a subscription the new server forbids, and only that', async () => {
    const rig = startOnline()
    const ends: string[] = []
    rig.client.channel('log:a').subscribe(() => undefined, { onEnd: ({ code }) => ends.push(code) })
    rig.link.acceptSubscribe()
    const { client, old, fresh } = await move(rig)
    fresh.greet(greeting)
    const { id = 0 } = fresh.take('subscribe')
    fresh.tell({ type: 'error', id, code: 'FORBIDDEN', message: 'no' })
    expect(ends).toEqual(['FORBIDDEN'])
    expect(old.closedWith).toBe(1000)
    expect(client.state.kind).toBe('online')
  })

  it('takes the word of the old server about a subscription until the new one has it', async () => {
    const rig = startOnline()
    const ends: string[] = []
    rig.client.channel('log:a').subscribe(() => undefined, { onEnd: ({ code }) => ends.push(code) })
    rig.link.acceptSubscribe()
    rig.client.call('slow').catch(() => undefined)
    const { old, fresh } = await move(rig)
    fresh.greet(greeting)
    fresh.acceptSubscribe()
    old.tell({ type: 'unsubscribed', channel: 'log:a', code: 'FORBIDDEN', message: 'late' })
    expect(ends).toEqual([])
    fresh.tell({ type: 'unsubscribed', channel: 'log:a', code: 'FORBIDDEN', message: 'no' })
    expect(ends).toEqual(['FORBIDDEN'])
  })

  describe('while the application changes its mind', () => {
    it('leaves a channel where it goes to', async () => {
      const rig = startOnline()
      const { subscription, payloads } = follow(rig, 'log:a', 2)
      const { old, fresh } = await move(rig)
      fresh.greet(greeting)
      subscription.dispose()
      send(old, 3)
      expect(fresh.takeAll().map(({ type }) => type)).toEqual(['subscribe', 'unsubscribe'])
      fresh.tell({ type: 'heartbeat', time: 1 })
      expect(old.closedWith).toBe(1000)
      expect(payloads).toEqual([])
    })

    it('takes nothing of the old connection for a new subscription', async () => {
      const rig = startOnline()
      follow(rig, 'log:a', 2).subscription.dispose()
      rig.link.acceptUnsubscribe()
      rig.client.call('slow').catch(() => undefined)
      const { old, fresh } = await move(rig)
      fresh.greet(greeting)
      const payloads: unknown[] = []
      rig.client.channel('log:a').subscribe(({ payload }) => payloads.push(payload))
      fresh.acceptSubscribe({ position: { epoch: 'e1', offset: 2 } })
      send(old, 3)
      expect(payloads).toEqual([])
      send(fresh, 3)
      expect(payloads).toEqual([3])
    })
  })

  it('subscribes anew where the old server has not answered, before what waits for it', async () => {
    const rig = startOnline()
    const channel = rig.client.channel('log:a')
    const subscription = channel.subscribe(() => undefined)
    void channel.publish('one')
    const { old, fresh } = await move(rig)
    fresh.greet(greeting)
    expect(fresh.takeAll().map(({ type }) => type)).toEqual(['subscribe', 'publish'])
    expect(old.closedWith).toBe(1000)
    expect(subscription.position).toBeNull()
  })

  it('hears of what is missed when the old server goes before the new one has answered', async () => {
    const rig = startOnline()
    const { recoveries } = follow(rig, 'log:a', 2)
    const { old, fresh } = await move(rig)
    fresh.greet(greeting)
    old.drop(1012)
    fresh.acceptSubscribe({ ...recovered, top: 4 })
    send(fresh, 3, 4)
    expect(recoveries).toEqual([2])
  })
})
