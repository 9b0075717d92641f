import fc, { type Scheduler } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ShuffledBroker } from '../../../test/engine/shuffled-broker.ts'
import { type Engine, startEngine } from '../../../test/engine/start-engine.ts'
import type { AckFrame, EventFields, ServerFrame, SubscribeFrame } from '../../protocol/frames.ts'
import type { MemoryPeer } from '../../testing/memory-link.ts'
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
