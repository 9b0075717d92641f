import { describe, expect, it } from 'vitest'
import { HeldBroker } from '../../../test/engine/held-broker.ts'
import { startEngine } from '../../../test/engine/start-engine.ts'
import { startOnHeldBroker } from '../../../test/engine/start-on-held-broker.ts'
import type { HistoryPage } from '../ports/broker.ts'

const channel = 'open:1'
const epoch = 'life1-0'

describe('a subscriber', () => {
  it('that comes back to a log that reaches far enough costs the broker nothing', async () => {
    const { clock, held, hub, connect } = startOnHeldBroker()
    const [stays, leaves] = [connect(), connect()]
    for (const peer of [stays, leaves]) peer.send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    leaves.close()
    for (const n of [1, 2, 3]) await hub.publish(channel, n)
    await clock.advance(0)
    held.fail()
    const back = connect()
    back.send({ type: 'subscribe', id: 1, channel, since: { epoch, offset: 1 } })
    await clock.advance(0)
    expect(back.frames.slice(1)).toMatchObject([
      { type: 'ack', position: { epoch, offset: 1 }, recovered: true, top: 3 },
      { type: 'batch', events: [{ offset: 2 }, { offset: 3 }] },
    ])
  })

  it('that comes back where another has come back before costs the broker nothing', async () => {
    const { clock, held, hub, connect } = startOnHeldBroker()
    for (const n of [1, 2, 3]) await hub.publish(channel, n)
    const subscribe = { type: 'subscribe', id: 1, channel, since: { epoch, offset: 1 } } as const
    const first = connect()
    first.send(subscribe)
    await clock.advance(0)
    held.fail()
    const second = connect()
    second.send(subscribe)
    await clock.advance(0)
    expect(second.frames.slice(1)).toMatchObject([
      { type: 'ack', recovered: true, top: 3 },
      { type: 'batch', events: [{ offset: 2 }, { offset: 3 }] },
    ])
    expect(second.frames.slice(1)).toEqual(first.frames.slice(1))
  })

  it('gets nothing of another life of the log that its node has read and not heard of yet', async () => {
    let inner: OtherLife | undefined
    const { clock, hub, connect } = startEngine({
      wrapBroker(memory) {
        inner = new OtherLife(memory)
        return inner
      },
    })
    for (const n of [1, 2, 3]) await hub.publish(channel, n)
    const subscribe = { type: 'subscribe', id: 1, channel, since: { epoch, offset: 1 } } as const
    connect().send(subscribe)
    await clock.advance(0)
    if (inner !== undefined) inner.isOther = false
    const second = connect()
    second.send(subscribe)
    await clock.advance(0)
    expect(second.frames.slice(2)).toMatchObject([
      { type: 'batch', events: [{ payload: 2 }, { payload: 3 }] },
    ])
  })
})

describe('a position that cannot be recovered', () => {
  const channels = {
    'short:{id}': { subscribe: 'anyone', history: { size: 2 } },
    'plain:{id}': { subscribe: 'anyone' },
  } as const

  it.each([
    ['short:1', { epoch: 'life0', offset: 3 }, 'EPOCH_CHANGED', { epoch, offset: 5 }],
    ['short:1', { epoch, offset: 9 }, 'EPOCH_CHANGED', { epoch, offset: 5 }],
    ['short:1', { epoch, offset: 2 }, 'HISTORY_TRIMMED', { epoch, offset: 5 }],
    ['plain:1', { epoch, offset: 2 }, 'NO_HISTORY', null],
  ])('is told: %s since %j is %s', async (name, since, reason, position) => {
    const { clock, hub, connect } = startEngine({ channels })
    for (const n of [1, 2, 3, 4, 5]) await hub.publish(name, n)
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel: name, since })
    await clock.advance(0)
    await hub.publish(name, 'next')
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'ack', id: 1, recovered: false, reason, position },
      { type: 'message', payload: 'next' },
    ])
  })
})

/** Until it is told otherwise, what is read is of another life, with the same offsets. */
class OtherLife extends HeldBroker {
  isOther = true

  override async read(...asked: Parameters<HeldBroker['read']>): Promise<HistoryPage> {
    const page = await super.read(...asked)
    const isExtent = page.events.length === 0
    if (isExtent || !this.isOther) return page
    const events = page.events.map((event) => ({ ...event, payloadJson: '"of another life"' }))
    return { ...page, epoch: 'life2-0', events }
  }
}
