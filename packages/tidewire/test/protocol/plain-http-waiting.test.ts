import { describe, expect, test } from 'vitest'
import { LongPoll, type PollResult } from '../../src/transports/long-poll.ts'
import { VirtualHub } from '../support/virtual-hub.ts'

const second = 1_000

/** A hub on virtual time, and polls of `log:a`; the answer is null as long as there is none. */
function virtual() {
  const { hub, clock } = new VirtualHub()
  const poll = (waitMs: number, since?: { readonly epoch: string; readonly offset: number }) => {
    let result: PollResult | null = null
    const caller = { remoteAddress: '127.0.0.1' }
    const wanted = { channel: 'log:a', since, limit: 1_000, waitMs }
    const surroundings = { caller, accept: hub.accept, clock, wheel: clock }
    new LongPoll({ ...wanted, ...surroundings }, (answer) => {
      result = answer
    })
    return () => result
  }
  return { hub, clock, poll }
}

describe('a poll that waits', () => {
  test('P-061 is answered in its slot, and no later than it would have been', async () => {
    const { hub, clock, poll } = virtual()
    const polls = [60, 18, 60].map((waits) => poll(waits * second))
    const answered = () => polls.map((answer) => answer() !== null)
    await clock.advance(15 * second)
    // Their slots begin now, in 4 s and in 8 s.
    void hub.drain({ overMs: 12 * second, closeAfterMs: 60 * second })
    await clock.advance(0)
    expect(answered()).toEqual([true, false, false])
    await clock.advance(3 * second)
    expect(answered()).toEqual([true, true, false])
    await clock.advance(5 * second)
    expect(answered()).toEqual([true, true, true])
  })

  test('P-071 holds no more than one answer may, and skips nothing', async () => {
    const { hub, clock, poll } = virtual()
    const payload = 'x'.repeat(50_000)
    const { position } = await hub.publish('log:a', 'first')
    for (let count = 0; count < 7; count += 1) await hub.publish('log:a', payload)
    const taken: number[] = []
    let since = position ?? undefined
    while (taken.length < 7) {
      const answer = poll(20 * second, since)
      await clock.advance(25)
      const result = answer()
      if (result?.type !== 'events') throw new Error(`answered ${JSON.stringify(result)}`)
      expect(result.events.length).toBeLessThanOrEqual(3)
      for (const event of result.events) taken.push(JSON.parse(event).offset)
      since = result.position ?? undefined
    }
    expect(taken).toEqual([2, 3, 4, 5, 6, 7, 8])
  })
})
