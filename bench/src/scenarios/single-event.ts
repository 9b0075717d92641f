import { interleave } from '../harness/interleave.ts'
import { medians } from '../harness/median.ts'
import type { Observation } from '../harness/run.ts'
import { ratioGoal, type Scenario } from '../harness/scenario.ts'
import { presentSubjects } from '../harness/subject.ts'
import { observeAt, startFanOut } from './fan-out.ts'
import { observationCells, observationColumns, othersNote } from './observation-table.ts'

/** Ten events a second: nothing to batch, so what counts is that batching costs nothing. */
export const singleEvent: Scenario = {
  name: 'single-event',
  title: '1 channel, 1,000 subscribers, 10 events/s: latency when there is nothing to batch',
  async run(effort) {
    const isFull = effort === 'full'
    const peers = isFull ? (['ws-buffer', 'socket.io'] as const) : []
    const subjects = presentSubjects(['tidewire', 'ws', ...peers])
    const pace = { perSecond: 10, warmMs: 1_000, ms: isFull ? 10_000 : 2_500 }
    const seen = await interleave(subjects, 3, async (subject) => {
      await using run = await startFanOut(subject, sampleEvery)
      return await observeAt(run, pace)
    })
    const found = new Map([...seen].map(([name, all]) => [name, medians<Observation>(all)]))
    const [tidewire, ws] = [found.get('tidewire'), found.get('ws')]
    return {
      columns: ['server', ...observationColumns],
      rows: [...found].map(([name, all]) => [name, ...observationCells(all)]),
      goals: (['p50Ms', 'p99Ms'] as const).map((field) =>
        ratioGoal(`${field.slice(0, 3)} within 10 % of ws`, {
          figure: tidewire?.[field] ?? Number.NaN,
          other: ws?.[field] ?? Number.NaN,
          atMost: 1.1,
        }),
      ),
      notes: [othersNote],
      raw: Object.fromEntries(seen),
    }
  },
}

// Latency grows along the loop over the subscribers, so all parts of it are sampled.
const sampleEvery = 10
