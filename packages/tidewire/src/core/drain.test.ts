import { describe, expect, it } from 'vitest'
import type { DrainFrame, ServerFrame } from '../protocol/frames.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { AbsentClients } from './absent-clients.ts'
import { Drain, type Drainable, type DrainPlan } from './drain.ts'
import type { TransportName } from './ports/link.ts'

const plan = { overMs: 1_000, closeAfterMs: 10_000 }

describe('a drain', () => {
  it('gives each client one slot, spread evenly over the time', () => {
    const { clients } = draining({ count: 4 })
    expect(clients.flatMap(slotsOf)).toEqual([0, 250, 500, 750])
    expect(clients[0]?.told).toEqual([{ type: 'drain', reconnectAfterMs: 0, closeAfterMs: 10_000 }])
  })

  it('gives no slot to single requests, and waits for them', async () => {
    const node = draining({ transports: ['websocket', 'http', 'websocket', 'http'] })
    expect(node.clients.map(slotsOf)).toEqual([[0], [], [500], []])
    node.come('http')
    for (const client of node.clients.slice(0, -1)) client.leave()
    expect(await node.hasEnded()).toBe(false)
    node.clients.at(-1)?.leave()
    expect(await node.hasEnded()).toBe(true)
  })

  it('tells many in groups and forgets nobody', async () => {
    const { clients, clock } = draining({ count: 1_001 })
    expect(clients.flatMap(slotsOf).length).toBeLessThan(1_001)
    await clock.advance(1)
    const slots = clients.flatMap(slotsOf)
    expect(slots).toHaveLength(1_001)
    expect(slots.at(-1)).toBe(999)
    expect(slots).toEqual([...slots].sort((a, b) => a - b))
  })

  it('ends when everybody has gone, and not before', async () => {
    const { clients, clock, hasEnded } = draining({ count: 2 })
    clients[0]?.leave()
    expect(await hasEnded()).toBe(false)
    clients[1]?.leave()
    expect(await hasEnded()).toBe(true)
    expect(clock.pendingTimers).toBe(0)
  })

  it('closes who is left at the deadline, and not before', async () => {
    const node = draining({ transports: ['websocket', 'long-poll', 'http'] })
    node.clients[0]?.leave()
    const late = node.come('long-poll')
    await node.clock.advance(9_999)
    expect(node.clients.flatMap(({ closed }) => closed)).toEqual([])
    await node.clock.advance(1)
    expect(node.clients.map(({ closed }) => closed)).toEqual([
      [],
      ['restart'],
      ['restart'],
      ['restart'],
    ])
    expect(late.closed).toEqual(['restart'])
    expect([await node.hasEnded(), node.clock.pendingTimers]).toEqual([true, 0])
  })

  it('gives a poll that is back another slot, and is over when none comes back', async () => {
    const node = draining({ transports: ['long-poll'] })
    node.clients[0]?.leave()
    await node.clock.advance(999)
    expect(await node.hasEnded()).toBe(false)
    const back = node.come('long-poll')
    expect(back.told).toEqual([{ type: 'drain', reconnectAfterMs: 1_000, closeAfterMs: 9_001 }])
    await node.clock.advance(1_000)
    expect(await node.hasEnded()).toBe(false)
    back.leave()
    await node.clock.advance(999)
    expect(await node.hasEnded()).toBe(false)
    await node.clock.advance(1)
    expect([await node.hasEnded(), node.clock.pendingTimers]).toEqual([true, 0])
  })

  it('waits for a poll that was answered before it began', async () => {
    const node = draining({ transports: ['long-poll'], isAbsent: true })
    await node.clock.advance(999)
    expect(await node.hasEnded()).toBe(false)
    expect(slotsOf(node.come('long-poll'))).toEqual([1_000])
    await node.clock.advance(2_000)
    expect(await node.hasEnded()).toBe(false)
  })

  it('spreads polls that are back over the slots to come', () => {
    const node = draining({ plan: { overMs: 100_000, closeAfterMs: 300_000 }, count: 1 })
    const slots = Array.from({ length: 20 }, () => node.come('long-poll')).flatMap(slotsOf)
    const gaps = [0, ...slots.sort((a, b) => a - b), 100_000]
    for (const [index, slot] of gaps.slice(1).entries()) {
      expect(slot - (gaps[index] ?? 0)).toBeLessThanOrEqual(12_000)
    }
  })

  it('gives slots before its deadline, and never one that is now', async () => {
    const node = draining({ count: 1 })
    const slots: number[] = []
    for (const passMs of [0, 1_500, 7_000, 1_400, 99]) {
      await node.clock.advance(passMs)
      slots.push(...slotsOf(node.come('long-poll')))
    }
    expect(slots).toEqual([1_000, 1_000, 750, 50, 1])
  })

  it('closes who comes to stay after the deadline, and lets single requests be', async () => {
    const node = draining({ count: 1 })
    await node.clock.advance(10_000)
    const [poll, request] = [node.come('long-poll'), node.come('http')]
    expect([poll, request].map(({ told }) => told)).toEqual([[], []])
    expect([poll, request].map(({ closed }) => closed)).toEqual([['restart'], []])
  })

  it('sends who comes until then on its way, also when everybody else has gone', async () => {
    const node = draining({ count: 0 })
    await node.clock.advance(500)
    const poll = node.come('long-poll')
    expect(poll.told).toEqual([{ type: 'drain', reconnectAfterMs: 1_000, closeAfterMs: 9_500 }])
    expect([await node.hasEnded(), node.clock.pendingTimers]).toEqual([true, 0])
  })

  it('closes nobody after it was stopped, and tells nobody else', async () => {
    const { clients, clock, drain, hasEnded } = draining({ count: 300 })
    drain.stop()
    expect(await hasEnded()).toBe(true)
    await clock.advance(10_000)
    clients[0]?.leave()
    expect(clients.flatMap(({ closed }) => closed)).toEqual([])
    expect(clients.flatMap(slotsOf)).toHaveLength(250)
    expect(clock.pendingTimers).toBe(0)
  })

  it('ends with the one that takes its place', async () => {
    const first = draining({ count: 1 })
    const second = draining({ count: 1 })
    first.drain.stop(second.drain.ended)
    expect(await first.hasEnded()).toBe(false)
    second.clients[0]?.leave()
    expect(await first.hasEnded()).toBe(true)
  })

  it('is over at once without connections', async () => {
    const { clock, hasEnded } = draining({ count: 0 })
    expect([await hasEnded(), clock.pendingTimers]).toEqual([true, 0])
  })
})

/** A node that drains, and whoever is on it. */
function draining(options: DrainingOptions) {
  const transports = options.transports ?? Array.from({ length: options.count ?? 0 }, webSocket)
  const clock = new VirtualClock()
  const open = new Map<string, Client>()
  const absent = new AbsentClients(clock)
  const clients: Client[] = []
  let drain: Drain | undefined
  const add = (transport: TransportName) => {
    const id = String(clients.length)
    const client = new Client(transport, () => {
      if (!open.delete(id)) return
      absent.onEnd({
        connectionId: id,
        linkId: transport === 'long-poll' ? 'link:a' : id,
        transport,
      })
      drain?.onEnd()
    })
    open.set(id, client)
    clients.push(client)
    return client
  }
  for (const transport of transports) add(transport)
  if (options.isAbsent) for (const client of clients) client.leave()
  drain = new Drain({ open, absent }, options.plan ?? plan, clock)
  const begun = drain
  let isOver = false
  void begun.ended.then(() => {
    isOver = true
  })
  return {
    clients,
    clock,
    drain: begun,
    come(transport: TransportName): Client {
      const client = add(transport)
      begun.onOpen(client)
      return client
    },
    async hasEnded(): Promise<boolean> {
      await new Promise((resolve) => setImmediate(resolve))
      return isOver
    },
  }
}

interface DrainingOptions {
  /** How many WebSockets. */
  readonly count?: number
  /** Or, one by one, who is there. */
  readonly transports?: readonly TransportName[]
  /** Whether they have had their answers already. */
  readonly isAbsent?: boolean
  readonly plan?: DrainPlan
}

class Client implements Drainable {
  readonly transport: TransportName
  readonly leave: () => void
  readonly told: ServerFrame[] = []
  readonly closed: string[] = []

  constructor(transport: TransportName, leave: () => void) {
    this.transport = transport
    this.leave = leave
  }

  send(frame: ServerFrame): void {
    this.told.push(frame)
  }

  close(as: 'restart'): void {
    this.closed.push(as)
    this.leave()
  }
}

function slotsOf({ told }: Client): readonly number[] {
  const isDrain = (frame: ServerFrame): frame is DrainFrame => frame.type === 'drain'
  return told.filter(isDrain).map(({ reconnectAfterMs }) => reconnectAfterMs)
}

function webSocket(): TransportName {
  return 'websocket'
}
