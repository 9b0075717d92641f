import { interleave } from '../harness/interleave.ts'
import { medians } from '../harness/median.ts'
import type { Observation } from '../harness/run.ts'
import { type GoalResult, ratioGoal, type Scenario } from '../harness/scenario.ts'
import { presentSubjects } from '../harness/subject.ts'
import type { Row } from '../harness/table.ts'
import { observeAt, startFanOut } from './fan-out.ts'
import { othersNote, percent } from './observation-table.ts'

/** The attack map's batches, deflated once for all, and not at all. */
export const compression: Scenario = {
  name: 'compression',
  title: '1,000 subscribers, 500 attacks/s in windows of 100 ms or 50 events, permessage-deflate',
  async run(effort) {
    const isFull = effort === 'full'
    const peers = isFull ? (['ws-attacks', 'ws-attacks-deflate'] as const) : []
    const subjects = presentSubjects([plain, deflated, ...peers])
    const pace = { perSecond: 500, warmMs: 1_000, ms: isFull ? 8_000 : 2_000 }
    const seen = await interleave(subjects, isFull ? 3 : 1, async (subject) => {
      await using run = await startFanOut(subject)
      return await observeAt(run, pace)
    })
    const found = new Map([...seen].map(([name, all]) => [name, medians<Observation>(all)]))
    return {
      columns: [
        'server',
        'deliveries/s',
        'bytes each',
        'server CPU',
        'µs/delivery',
        'events/frame',
        'p50 ms',
        'p99 ms',
        'RSS MB',
        'others',
      ],
      rows: [...found].map(([name, all]) => rowOf(name, all)),
      goals: goalsOf(found.get(plain), found.get(deflated)),
      notes: [
        '500,000 deliveries/s are offered; sampled connections inflate and check the numbers.',
        'ws-attacks gathers by hand as well; ws deflates each batch for each client.',
        othersNote,
      ],
      raw: Object.fromEntries(seen),
    }
  },
}

const plain = 'tidewire-attacks'
const deflated = 'tidewire-attacks-deflate'

function rowOf(name: string, seen: Observation): Row {
  return [
    name,
    seen.deliveriesPerSecond,
    bytesEach(seen),
    percent(seen.serverCpu),
    seen.cpuPerDeliveryUs,
    seen.eventsPerFrame,
    seen.p50Ms,
    seen.p99Ms,
    seen.rssMegabytes,
    percent(seen.othersCpu),
  ]
}

function bytesEach({ megabytesPerSecond, deliveriesPerSecond }: Observation): number {
  return (megabytesPerSecond * 1e6) / deliveriesPerSecond
}

function goalsOf(
  without: Observation | undefined,
  withDeflate: Observation | undefined,
): readonly GoalResult[] {
  if (without === undefined || withDeflate === undefined) return []
  const lost = withDeflate.missed + withDeflate.disordered
  return [
    ratioGoal('CPU ≤ 1.3 × uncompressed', {
      figure: withDeflate.cpuPerDeliveryUs,
      other: without.cpuPerDeliveryUs,
      atMost: 1.3,
    }),
    ratioGoal('bytes ≤ 0.15 × uncompressed', {
      figure: bytesEach(withDeflate),
      other: bytesEach(without),
      atMost: 0.15,
    }),
    { goal: 'every event in order', reached: `${lost} were not`, isMet: lost === 0 },
  ]
}
