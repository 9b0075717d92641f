import { describe, expect, it } from 'vitest'
import { type ClientRig, reconnect, startOnline } from '../../test/support/client-rig.ts'
import type { AckFrame, EventFields } from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'
import type { SubscribeOptions, Subscription } from './subscription.ts'

const epoch = 'e1'

function at(offset: number): Position {
  return { epoch, offset }
}

/** A subscription to `log:a`, what it was told, and short words for what a server says. */
class Reader {
  readonly rig: ClientRig = startOnline()
  readonly told: unknown[] = []
  readonly subscription: Subscription

  constructor(options: SubscribeOptions = {}, position: Position | null = at(0)) {
    this.subscription = this.rig.client.channel('log:a').subscribe(
      ({ offset, payload }) => {
        this.told.push(offset ?? payload)
      },
      {
        onGap: (gap) => this.told.push(gap),
        onRecovered: ({ events }) => this.told.push(`recovered ${events}`),
        ...options,
      },
    )
    this.accept({ position })
  }

  accept(ack: Partial<AckFrame>) {
    return this.rig.link.acceptSubscribe(ack)
  }

  say(...events: readonly (number | Partial<EventFields>)[]): void {
    for (const event of events) {
      const fields = typeof event === 'number' ? { offset: event } : event
      this.rig.link.tell({ type: 'message', channel: 'log:a', payload: 'p', ...fields })
    }
  }

  take(): readonly unknown[] {
    return this.told.splice(0)
  }
}

describe('recovering', () => {
  describe('after a reconnect', () => {
    it('asks for what follows the last event it has seen', async () => {
      const reader = new Reader()
      reader.say(1, 2, 3)
      await reconnect(reader.rig)
      expect(reader.rig.link.take('subscribe')).toMatchObject({ channel: 'log:a', since: at(3) })
    })

    it('asks from the position of the ack while the channel was quiet', async () => {
      const reader = new Reader({ last: 20 }, at(9))
      await reconnect(reader.rig)
      expect(reader.rig.link.take('subscribe')).toMatchObject({ since: at(9), last: 20 })
    })

    it('tells how many events came once they have all come', async () => {
      const reader = new Reader()
      reader.say(1)
      await reconnect(reader.rig)
      reader.accept({ recovered: true, position: at(1), top: 4 })
      reader.say(2, 3)
      expect(reader.take()).toEqual([1, 2, 3])
      reader.say(4, 5)
      expect(reader.take()).toEqual([4, 'recovered 3', 5])
    })

    it('tells at once that nothing was missed', async () => {
      const reader = new Reader()
      reader.say(1)
      await reconnect(reader.rig)
      reader.accept({ recovered: true, position: at(1), top: 1 })
      expect(reader.take()).toEqual([1, 'recovered 0'])
    })

    it('begins the count anew when the connection breaks in the middle', async () => {
      const reader = new Reader()
      await reconnect(reader.rig)
      reader.accept({ recovered: true, position: at(0), top: 3 })
      reader.say(1)
      await reconnect(reader.rig)
      expect(reader.accept({ recovered: true, position: at(1), top: 3 }).since).toEqual(at(1))
      reader.say(2, 3)
      expect(reader.take()).toEqual([1, 2, 3, 'recovered 2'])
    })

    it('does not end a recovery that came to nothing', async () => {
      const reader = new Reader()
      await reconnect(reader.rig)
      reader.accept({ recovered: true, position: at(0), top: 3 })
      await reconnect(reader.rig)
      reader.accept({ recovered: false, reason: 'HISTORY_TRIMMED', position: at(2) })
      reader.say(3)
      const gap = { from: at(0), to: at(2), missed: 2, reason: 'HISTORY_TRIMMED' }
      expect(reader.take()).toEqual([gap, 3])
    })

    it('tells a gap with its size where history was trimmed, and goes on', async () => {
      const reader = new Reader()
      reader.say(1)
      await reconnect(reader.rig)
      reader.accept({ recovered: false, reason: 'HISTORY_TRIMMED', position: at(7) })
      reader.say(8)
      const gap = { from: at(1), to: at(7), missed: 6, reason: 'HISTORY_TRIMMED' }
      expect(reader.take()).toEqual([1, gap, 8])
    })

    it('tells a gap of unknown size where the epoch has changed', async () => {
      const reader = new Reader()
      reader.say(1)
      await reconnect(reader.rig)
      const to = { epoch: 'e2', offset: 0 }
      reader.accept({ recovered: false, reason: 'EPOCH_CHANGED', position: to })
      reader.say(1)
      const gap = { from: at(1), to, missed: null, reason: 'EPOCH_CHANGED' }
      expect(reader.take()).toEqual([1, gap, 1])
      expect(reader.subscription.position).toEqual({ epoch: 'e2', offset: 1 })
    })

    it('tells that a channel without history may have missed something', async () => {
      const reader = new Reader({}, null)
      reader.say({ payload: 'a' })
      await reconnect(reader.rig)
      expect(reader.accept({ position: null }).since).toBeUndefined()
      reader.say({ payload: 'b' })
      const gap = { from: null, to: null, missed: null, reason: 'NO_HISTORY' }
      expect(reader.take()).toEqual(['a', gap, 'b'])
    })

    it('does not speak of a gap when it never had begun', async () => {
      const rig = startOnline()
      const gaps: unknown[] = []
      const options = { onGap: (gap: unknown) => gaps.push(gap) }
      rig.client.channel('log:a').subscribe(() => undefined, options)
      await reconnect(rig)
      rig.link.acceptSubscribe({ position: at(3) })
      expect(gaps).toEqual([])
    })
  })

  it('resumes from a position the application has kept', () => {
    const reader = new Reader({ since: at(5), last: 3 }, null)
    expect(reader.take()).toEqual([{ from: at(5), to: null, missed: null, reason: 'NO_HISTORY' }])
    const other = startOnline()
    other.client.channel('log:a').subscribe(() => undefined, { since: at(5), last: 3 })
    expect(other.link.take('subscribe')).toMatchObject({ since: at(5), last: 3 })
  })

  it('drops what it has seen already', () => {
    const reader = new Reader()
    reader.say(1, 2, 2, 1, 3)
    expect(reader.take()).toEqual([1, 2, 3])
  })

  describe('P-031 a hole', () => {
    it('is asked for, and what comes meanwhile is not delivered twice', () => {
      const reader = new Reader()
      reader.say(1, 4, 5)
      reader.rig.link.acceptUnsubscribe()
      const asked = reader.accept({ recovered: true, position: at(1), top: 5 })
      expect(asked).toMatchObject({ channel: 'log:a', since: at(1) })
      expect(reader.rig.link.takeAll()).toEqual([])
      reader.say(2, 3, 4, 5)
      expect(reader.take()).toEqual([1, 2, 3, 4, 5, 'recovered 4'])
    })

    it('is none where prev says so', () => {
      const reader = new Reader()
      reader.say(1, { offset: 5, prev: 1 }, { offset: 9, prev: 5 }, 10)
      expect(reader.take()).toEqual([1, 5, 9, 10])
    })

    it('is one where prev is beyond what was seen', () => {
      const reader = new Reader()
      reader.say(1, { offset: 9, prev: 5 })
      reader.rig.link.acceptUnsubscribe()
      expect(reader.rig.link.take('subscribe').since).toEqual(at(1))
    })

    it('is told as a gap when the server skips it again', () => {
      const reader = new Reader()
      reader.say(1, 4)
      reader.rig.link.acceptUnsubscribe()
      reader.accept({ recovered: true, position: at(1), top: 4 })
      reader.say(4, 5)
      const gap = { from: at(1), to: at(3), missed: 2, reason: 'HOLE' }
      expect(reader.take()).toEqual([1, gap, 4, 'recovered 1', 5])
      expect(reader.rig.link.takeAll()).toEqual([])
    })
  })

  describe('P-032 a gap the server tells', () => {
    it('stands in the place of what is missing', () => {
      const reader = new Reader()
      reader.say(1)
      const gap = { from: at(1), to: at(6), missed: 5, reason: 'HISTORY_TRIMMED' } as const
      reader.rig.link.tell({ type: 'gap', channel: 'log:a', ...gap })
      reader.say(7)
      expect(reader.take()).toEqual([1, gap, 7])
      expect(reader.rig.link.takeAll()).toEqual([])
    })

    it('may be the end of a recovery', async () => {
      const reader = new Reader()
      await reconnect(reader.rig)
      reader.accept({ recovered: true, position: at(0), top: 6 })
      const gap = { from: at(0), to: at(6), missed: 6, reason: 'HISTORY_TRIMMED' } as const
      reader.rig.link.tell({ type: 'gap', channel: 'log:a', ...gap })
      expect(reader.take()).toEqual([gap, 'recovered 0'])
    })

    it('gives a channel without history no position', async () => {
      const reader = new Reader({}, null)
      const gap = { from: null, to: null, missed: 3, reason: 'SLOW_READER' } as const
      reader.rig.link.tell({ type: 'gap', channel: 'log:a', ...gap })
      expect(reader.take()).toEqual([gap])
      await reconnect(reader.rig)
      expect(reader.rig.link.take('subscribe').since).toBeUndefined()
    })
  })

  it('tells an error where nobody asked to be told of gaps', () => {
    const { client, link, errors } = startOnline()
    client.channel('log:a').subscribe(() => undefined)
    link.acceptSubscribe({ position: at(1) })
    const gap = { from: at(1), to: at(6), missed: 5, reason: 'HISTORY_TRIMMED' } as const
    link.tell({ type: 'gap', channel: 'log:a', ...gap })
    expect(errors).toMatchObject([
      { code: 'GAP', message: 'log:a missed 5 events: HISTORY_TRIMMED' },
    ])
  })
})
