import { interleave } from '../harness/interleave.ts'
import { medians } from '../harness/median.ts'
import { type Observation, Run } from '../harness/run.ts'
import { ratioGoal, type Scenario } from '../harness/scenario.ts'
import { presentSubjects } from '../harness/subject.ts'
import { observeAt } from './fan-out.ts'
import { observationCells, observationColumns, othersNote } from './observation-table.ts'

/** Each connection reads 20 of 1,000 channels, so each event goes to 20 connections. */
export const manyChannels: Scenario = {
  name: 'many-channels',
  title: '1,000 connections × 20 of 1,000 channels, 2,000 events/s over all',
  async run(effort) {
    const isFull = effort === 'full'
    const subjects = presentSubjects(['tidewire', 'ws', 'socket.io'])
    const pace = { perSecond: 2_000, warmMs: 1_000, ms: isFull ? 8_000 : 2_000, channels }
    const seen = await interleave(subjects, isFull ? 3 : 1, async (subject) => {
      await using run = await Run.start(subject)
      await run.open({ connections, channels, channelsEach, sampleEvery: 100 })
      return await observeAt(run, pace)
    })
    const found = new Map([...seen].map(([name, all]) => [name, medians<Observation>(all)]))
    return {
      columns: ['server', ...observationColumns, 'events/read'],
      rows: [...found].map(([name, all]) => [
        name,
        ...observationCells(all),
        all.deliveriesPerSecond / all.readsPerSecond,
      ]),
      goals: [
        ratioGoal('CPU per delivery ≤ 1/3 of socket.io', {
          figure: found.get('tidewire')?.cpuPerDeliveryUs ?? Number.NaN,
          other: found.get('socket.io')?.cpuPerDeliveryUs ?? Number.NaN,
          atMost: 1 / 3,
        }),
      ],
      notes: [
        'events/read: more than events/frame when one write carries the frames of several channels.',
        othersNote,
      ],
      raw: Object.fromEntries(seen),
    }
  },
}

const connections = 1_000
const channels = 1_000
const channelsEach = 20
