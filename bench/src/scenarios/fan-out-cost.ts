import { interleave } from '../harness/interleave.ts'
import { medians, spread } from '../harness/median.ts'
import type { Observation } from '../harness/run.ts'
import { type GoalResult, ratioGoal, type Scenario } from '../harness/scenario.ts'
import { presentSubjects, type SubjectName } from '../harness/subject.ts'
import { observeAt, startFanOut } from './fan-out.ts'
import { observationCells, observationColumns, othersNote, percent } from './observation-table.ts'

/** 500 events a second to 1,000 subscribers; who cannot deliver that runs saturated. */
export const fanOutCost: Scenario = {
  name: 'fanout-cost',
  title: '1 channel, 1,000 subscribers, 500 events/s of 128 bytes',
  async run(effort) {
    const isFull = effort === 'full'
    const subjects = presentSubjects(isFull ? [...compared, ...alsoInFull] : compared)
    const pace = { perSecond: 500, warmMs: 1_000, ms: isFull ? 5_000 : 1_500 }
    const seen = await interleave(subjects, isFull ? 3 : 1, async (subject) => {
      await using run = await startFanOut(subject)
      return await observeAt(run, pace)
    })
    return {
      columns: ['server', ...observationColumns, 'spread'],
      rows: [...seen].map(([name, all]) => [
        name,
        ...observationCells(medians<Observation>(all)),
        all.length > 1 ? percent(spread(all.map((one) => one.cpuPerDeliveryUs))) : '–',
      ]),
      goals: goalsOf(new Map([...seen].map(([name, all]) => [name, medians<Observation>(all)]))),
      notes: [
        '500,000 deliveries/s are offered; a server that stays below is saturated.',
        'spread: of µs/delivery over the rounds, (largest − smallest) / median.',
        othersNote,
      ],
      raw: Object.fromEntries(seen),
    }
  },
}

const compared: readonly SubjectName[] = [
  'tidewire',
  'ws',
  'socket.io',
  'nats',
  'nchan',
  'write-only-batch',
]
const alsoInFull: readonly SubjectName[] = ['tidewire-history', 'ws-buffer', 'write-only']

function goalsOf(found: ReadonlyMap<string, Observation>): readonly GoalResult[] {
  const costOf = (name: string) => found.get(name)?.cpuPerDeliveryUs ?? Number.NaN
  const figure = costOf('tidewire')
  const p99 = found.get('tidewire')?.p99Ms ?? Number.NaN
  const against = (other: string, goal: string, atMost: number) =>
    ratioGoal(`CPU per delivery ≤ ${goal} ${other}`, { figure, other: costOf(other), atMost })
  return [
    against('socket.io', '1/10 of', 0.1),
    against('ws', '1/10 of', 0.1),
    ...(found.has('nats') ? [against('nats', 'that of', 1)] : []),
    { goal: 'p99 ≤ 60 ms', reached: `${p99.toFixed(1)} ms`, isMet: p99 <= 60 },
  ]
}
