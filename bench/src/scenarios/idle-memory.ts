import { interleave } from '../harness/interleave.ts'
import { medians } from '../harness/median.ts'
import type { Scenario } from '../harness/scenario.ts'
import { presentSubjects } from '../harness/subject.ts'
import { type ConnectionCost, costOfConnections } from './connections.ts'

/** What a connection takes that is there and does nothing. */
export const idleMemory: Scenario = {
  name: 'idle-memory',
  title: 'resident memory per connection, authenticated and subscribed, idle',
  async run(effort) {
    const isFull = effort === 'full'
    const connections = isFull ? 15_000 : 3_000
    const peers = isFull ? (['nats', 'nchan'] as const) : []
    const subjects = presentSubjects(['tidewire', 'ws', 'socket.io', ...peers])
    const seen = await interleave(subjects, isFull ? 3 : 1, (subject) =>
      costOfConnections(subject, connections),
    )
    const found = [...seen].map(([name, all]) => [name, medians<ConnectionCost>(all)] as const)
    const kilobytes = (new Map(found).get('tidewire')?.rssBytes ?? Number.NaN) / 1_000
    return {
      columns: ['server', 'connections', 'KB each'],
      rows: found.map(([name, { rssBytes }]) => [name, connections, rssBytes / 1_000]),
      goals: [
        { goal: '≤ 8 KB each', reached: `${kilobytes.toFixed(1)} KB`, isMet: kilobytes <= 8 },
      ],
      notes: [
        'Growth of the process after the connections were opened and garbage was collected.',
        'The goal is for 15,000 (--full): with fewer, each bears more of what the heap grows by once.',
        'nats and nchan do not authenticate here.',
      ],
      raw: Object.fromEntries(seen),
    }
  },
}
