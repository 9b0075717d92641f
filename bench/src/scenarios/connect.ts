import { interleave } from '../harness/interleave.ts'
import { medians } from '../harness/median.ts'
import { ratioGoal, type Scenario } from '../harness/scenario.ts'
import { presentSubjects } from '../harness/subject.ts'
import { type ConnectionCost, costOfConnections } from './connections.ts'

/** What it takes to let a client in. */
export const connectCost: Scenario = {
  name: 'connect',
  title: 'CPU per connection: upgrade, token and one subscription',
  async run(effort) {
    const isFull = effort === 'full'
    const connections = isFull ? 5_000 : 2_000
    const subjects = presentSubjects(['tidewire', 'ws', 'socket.io'])
    const seen = await interleave(subjects, isFull ? 3 : 1, (subject) =>
      costOfConnections(subject, connections),
    )
    const found = [...seen].map(([name, all]) => [name, medians<ConnectionCost>(all)] as const)
    const costOf = (wanted: string) => new Map(found).get(wanted)?.cpuUs ?? Number.NaN
    return {
      columns: ['server', 'connections', 'µs CPU each', 'connects/s'],
      rows: found.map(([name, { cpuUs, perSecond }]) => [name, connections, cpuUs, perSecond]),
      goals: [
        ratioGoal('≤ 1.5 × ws', { figure: costOf('tidewire'), other: costOf('ws'), atMost: 1.5 }),
      ],
      notes: ['100 are being opened at a time; the token is compared with a text by all servers.'],
      raw: Object.fromEntries(seen),
    }
  },
}
