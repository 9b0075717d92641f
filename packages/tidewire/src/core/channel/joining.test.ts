import fc, { type Scheduler } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeldBroker } from '../../../test/engine/held-broker.ts'
import { ShuffledBroker } from '../../../test/engine/shuffled-broker.ts'
import { type Engine, startEngine } from '../../../test/engine/start-engine.ts'
import type { AckFrame, EventFields, ServerFrame, SubscribeFrame } from '../../protocol/frames.ts'
import type { MemoryPeer } from '../../testing/memory-link.ts'
import type { HistoryPage } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'

const channel = 'open:1'
const epoch = 'life1-0'

/** How a subscriber asks to begin: `since` is a share of what has been published by then. */
const start = fc.oneof(
  fc.constant({ kind: 'tip' as const }),
  fc.record({
    kind: fc.constant('since' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('last' as const), last: fc.nat(12) }),
)

const story = fc.record({
  before: fc.nat(8),
  during: fc.integer({ min: 1, max: 12 }),
  starts: fc.array(start, { minLength: 1, maxLength: 4 }),
  historySize: fc.constantFrom(1_000, 3),
  losesEvery: fc.constantFrom(0, 1, 3),
})

describe('a subscriber that joins while events are published', () => {
  it('gets every event after its position, once and in order, whatever crosses or is lost on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), story, async (scheduler, told) => {
        const { peers, stored } = await tell(scheduler, told)
        for (const peer of peers) {
          const [ack, ...frames] = peer.frames.slice(1)
          expect(ack).toMatchObject({ type: 'ack', channel })
          // The `as`: it has just been seen to be one.
          expectUnbroken((ack as AckFrame).position?.offset ?? -1, frames, stored)
        }
      }),
      { numRuns: 150 },
    )
  })
})

describe('a subscriber', () => {
  it('is acknowledged before its first event', async () => {
    const { clock, hub, connect } = startEngine()
    for (const n of [1, 2, 3]) await hub.publish(channel, n)
    const peer = connect()
    peer.send({ type: 'subscribe', id: 1, channel, last: 2 })
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'ack', id: 1, position: { epoch, offset: 1 } },
      { type: 'batch', count: 2, events: [{ payload: 2 }, { payload: 3 }] },
    ])
  })

  it('gets at once what was published while its node subscribed at the broker', async () => {
    const { clock, held, hub, connect } = startHeld()
    const peer = connect()
    held.hold('subscribe')
    peer.send({ type: 'subscribe', id: 1, channel, since: { epoch, offset: 0 } })
    await clock.advance(0)
    await hub.publish(channel, 'early')
    held.release('subscribe')
    await clock.advance(0)
    expect(peer.frames.slice(1)).toMatchObject([
      { type: 'ack', recovered: true },
      { type: 'message', offset: 1, payload: 'early' },
    ])
  })

  it('that leaves while it joins is told once by each request, and gets no event', async () => {
    const { clock, held, hub, connect } = startHeld()
    const peer = connect()
    held.hold('subscribe')
    peer.send({ type: 'subscribe', id: 1, channel })
    await hub.publish(channel, 'early')
    peer.send({ type: 'unsubscribe', id: 2, channel })
    await clock.advance(0)
    expect(peer.frames.slice(1)).toEqual([{ type: 'ack', id: 2, channel }])
    held.release('subscribe')
    await hub.publish(channel, 'late')
    await clock.advance(0)
    expect(peer.frames.slice(2)).toMatchObject([{ type: 'error', id: 1, code: 'NOT_SUBSCRIBED' }])
  })

  it('that leaves and comes again while it joins is subscribed once', async () => {
    const { clock, held, hub, connect } = startHeld()
    const peer = connect()
    held.hold('subscribe')
    peer.send([
      { type: 'subscribe', id: 1, channel },
      { type: 'unsubscribe', id: 2, channel },
      { type: 'subscribe', id: 3, channel },
    ])
    await clock.advance(0)
    held.release('subscribe')
    await clock.advance(0)
    await hub.publish(channel, 'news')
    await clock.advance(0)
    const answers = peer.frames.slice(1).map((frame) => [frame.type, 'id' in frame && frame.id])
    expect(new Map(answers.map(([type, id]) => [id, type]))).toEqual(
      new Map<unknown, unknown>([
        [2, 'ack'],
        [1, 'error'],
        [3, 'ack'],
        [false, 'message'],
      ]),
    )
    expect(answers.length).toBe(4)
  })

  it('that is gone before it has joined leaves nothing behind', async () => {
    const { clock, held, connect } = startHeld()
    const peer = connect()
    held.hold('subscribe')
    peer.send({ type: 'subscribe', id: 1, channel })
    peer.close()
    await clock.advance(0)
    held.release('subscribe')
    await clock.advance(0)
    expect(clock.pendingTimers).toBe(0)
  })

  it('subscribes its node at the broker once, whatever their number', async () => {
    const { clock, held, connect } = startHeld()
    const peers = [connect(), connect(), connect()]
    for (const peer of peers) peer.send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    expect(held.asked.filter((call) => call === 'subscribe').length).toBe(1)
    for (const peer of peers) peer.close()
    await clock.advance(0)
    connect().send({ type: 'subscribe', id: 1, channel })
    await clock.advance(0)
    expect(held.asked.filter((call) => call === 'subscribe').length).toBe(2)
  })

  it('that comes back to a log that reaches far enough costs the broker nothing', async () => {
    const { clock, held, hub, connect } = startHeld()
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
    const { clock, held, hub, connect } = startHeld()
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

/** Publishes and subscribes in the order the scheduler picks; answers when everything has arrived. */
async function tell(
  scheduler: Scheduler,
  { before, during, starts, historySize, losesEvery }: Story,
): Promise<{ readonly peers: readonly MemoryPeer[]; readonly stored: Stored }> {
  const engine = startEngine({
    channels: { 'open:{id}': { subscribe: 'anyone', history: { size: historySize } } },
    limits: { maxBufferedBytes: 1e9 },
    wrapBroker: (memory) => new ShuffledBroker(memory, scheduler, losesEvery),
    pumpClock: (clock) => shuffledTurns(clock, scheduler),
  })
  const settled: Promise<void>[] = []
  const stored = new Map<number, number>()
  const peers: MemoryPeer[] = []
  let published = 0
  const publish = () => {
    published += 1
    const payload = published
    const storing = engine.hub.publish(channel, payload)
    settled.push(storing.then(({ position }) => void stored.set(position?.offset ?? 0, payload)))
  }
  for (let event = 0; event < before; event += 1) publish()
  await drain(engine, scheduler)
  for (const [id, from] of starts.entries()) {
    void scheduler.schedule(Promise.resolve(), `peer ${id} subscribes`).then(() => {
      const peer = engine.connect()
      peers.push(peer)
      peer.send(subscribeFrame(id, from, { before, during }))
    })
  }
  for (let event = 0; event < during; event += 1) {
    void scheduler.schedule(Promise.resolve(), 'somebody publishes').then(publish)
  }
  await drain(engine, scheduler)
  await Promise.all(settled)
  return { peers, stored }
}

/** Payloads by the offset their publisher was told. */
type Stored = ReadonlyMap<number, number>

type Story = typeof story extends fc.Arbitrary<infer TStory> ? TStory : never
type From = typeof start extends fc.Arbitrary<infer TStart> ? TStart : never

function subscribeFrame(
  id: number,
  from: From,
  { before, during }: Pick<Story, 'before' | 'during'>,
): SubscribeFrame {
  const base = { type: 'subscribe', id, channel } as const
  if (from.kind === 'tip') return base
  if (from.kind === 'last') return { ...base, last: from.last }
  // Also beyond what has been published by then, as after a loss.
  return { ...base, since: { epoch, offset: Math.round(from.share * (before + during)) } }
}

/** Lets everything arrive; a few times as long as a node waits before it asks what it has missed. */
async function drain({ clock }: Engine, scheduler: Scheduler): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    await scheduler.waitIdle()
    await clock.advance(round === 3 ? 0 : 41_000)
  }
  await scheduler.waitIdle()
}

/** The engine's clock, but a turn of the event loop ends when the scheduler says. */
function shuffledTurns(clock: Clock, scheduler: Scheduler): Clock {
  return {
    now: () => clock.now(),
    elapsedMs: () => clock.elapsedMs(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
    soon(callback) {
      void scheduler.schedule(Promise.resolve(), 'the turn ends').then(callback)
    },
  }
}

/** Every event after an offset once and in order, as it was stored; gaps tell what is missing. */
function expectUnbroken(after: number, frames: readonly ServerFrame[], stored: Stored): void {
  let at = after
  for (const frame of frames) {
    if (frame.type === 'gap') {
      expect(frame).toMatchObject({
        channel,
        from: { epoch, offset: at },
        reason: 'HISTORY_TRIMMED',
      })
      expect(frame.missed).toBe((frame.to?.offset ?? 0) - at)
      at = frame.to?.offset ?? at
    }
    for (const { offset, payload } of eventsOf(frame)) {
      expect([offset, payload]).toEqual([at + 1, stored.get(at + 1)])
      at += 1
    }
  }
  expect(at).toBe(stored.size)
}

function eventsOf(frame: ServerFrame): readonly EventFields[] {
  if (frame.type === 'message') return [frame]
  return frame.type === 'batch' ? frame.events : []
}

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

function startHeld() {
  let held: HeldBroker | undefined
  const engine = startEngine({
    wrapBroker(memory) {
      held = new HeldBroker(memory)
      return held
    },
  })
  if (held === undefined) throw new Error('the engine took no broker')
  return { ...engine, held }
}
