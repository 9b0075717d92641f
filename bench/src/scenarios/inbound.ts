import { setTimeout as delay } from 'node:timers/promises'
import { interleave } from '../harness/interleave.ts'
import { medians } from '../harness/median.ts'
import { type Observation, Run } from '../harness/run.ts'
import { ratioGoal, type Scenario } from '../harness/scenario.ts'
import { presentSubjects } from '../harness/subject.ts'
import { othersNote, percent } from './observation-table.ts'

/** Every connection publishes, waits for the ack, and publishes again; nobody subscribes. */
export const inbound: Scenario = {
  name: 'inbound',
  title: '200 connections publish 128 bytes, closed loop with ack',
  async run(effort) {
    const isFull = effort === 'full'
    const subjects = presentSubjects(['tidewire', 'tidewire-history', 'ws', 'socket.io'])
    const seen = await interleave(subjects, isFull ? 3 : 1, async (subject) => {
      await using run = await Run.start(subject)
      await run.open({ connections: 200, channels: 1, channelsEach: 0, sampleEvery: 0 })
      await run.request()
      await delay(1_000)
      return await run.observe(isFull ? 5_000 : 2_000)
    })
    const found = new Map([...seen].map(([name, all]) => [name, medians<Observation>(all)]))
    return {
      columns: [
        'server',
        'round trips/s',
        'server CPU',
        'µs each',
        'p50 ms',
        'p99 ms',
        'load CPU',
        'others',
      ],
      rows: [...found].map(([name, all]) => rowOf(name, all)),
      goals: [
        ratioGoal('round trips/s ≥ 0.8 × ws', {
          figure: found.get('tidewire')?.deliveriesPerSecond ?? Number.NaN,
          other: found.get('ws')?.deliveriesPerSecond ?? Number.NaN,
          atLeast: 0.8,
        }),
      ],
      notes: ['ws is a JSON echo: it parses the message and stringifies the answer.', othersNote],
      raw: Object.fromEntries(seen),
    }
  },
}

function rowOf(name: string, seen: Observation) {
  return [
    name,
    seen.deliveriesPerSecond,
    percent(seen.serverCpu),
    seen.cpuPerDeliveryUs,
    seen.p50Ms,
    seen.p99Ms,
    percent(seen.loadCpu),
    percent(seen.othersCpu),
  ]
}
