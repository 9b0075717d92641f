import { describe, expect, it } from 'vitest'
import type { ServerFrame } from '../protocol/frames.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { drainConnections } from './drain.ts'

class Client {
  readonly told: ServerFrame[] = []
  readonly closed: string[] = []
  isClosed = false

  send(frame: ServerFrame): void {
    this.told.push(frame)
  }

  close(as: string): void {
    this.closed.push(as)
  }
}

const plan = { overMs: 1_000, closeAfterMs: 3_000 }

function clients(count: number): readonly Client[] {
  return Array.from({ length: count }, () => new Client())
}

function slotsOf(all: readonly Client[]): readonly unknown[] {
  return all.flatMap(({ told }) =>
    told.map((frame) => ('reconnectAfterMs' in frame ? frame.reconnectAfterMs : null)),
  )
}

describe('drainConnections', () => {
  it('gives each client one slot, spread evenly over the time', () => {
    const all = clients(4)
    drainConnections(all, plan, new VirtualClock())
    expect(slotsOf(all)).toEqual([0, 250, 500, 750])
    expect(all[0]?.told).toEqual([{ type: 'drain', reconnectAfterMs: 0, closeAfterMs: 3_000 }])
  })

  it('tells many in groups and forgets nobody', async () => {
    const clock = new VirtualClock()
    const all = clients(1_001)
    drainConnections(all, plan, clock)
    expect(slotsOf(all).length).toBeLessThan(1_001)
    await clock.advance(1)
    const slots = slotsOf(all)
    expect(slots).toHaveLength(1_001)
    expect(slots.at(-1)).toBe(999)
    expect(slots).toEqual([...slots].sort((a, b) => Number(a) - Number(b)))
  })

  it('closes who is left at the deadline, and not before', async () => {
    const clock = new VirtualClock()
    const all = clients(2)
    drainConnections(all, plan, clock)
    await clock.advance(2_999)
    expect(all.map(({ closed }) => closed)).toEqual([[], []])
    await clock.advance(1)
    expect(all.map(({ closed }) => closed)).toEqual([['restart'], ['restart']])
  })

  it('leaves those alone that have gone', async () => {
    const clock = new VirtualClock()
    const [gone, left] = [new Client(), new Client()]
    drainConnections([gone, left], plan, clock)
    gone.isClosed = true
    await clock.advance(3_000)
    expect([gone.closed, left.closed]).toEqual([[], ['restart']])
  })

  it('closes nobody after it was cancelled, and tells nobody else', async () => {
    const clock = new VirtualClock()
    const all = clients(300)
    drainConnections(all, plan, clock)()
    await clock.advance(10_000)
    expect(all.flatMap(({ closed }) => closed)).toEqual([])
    expect(slotsOf(all)).toHaveLength(250)
    expect(clock.pendingTimers).toBe(0)
  })

  it('has nothing to do without connections', () => {
    const clock = new VirtualClock()
    drainConnections([], plan, clock)()
    expect(clock.pendingTimers).toBe(0)
  })
})
