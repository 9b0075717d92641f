import { setTimeout as delay } from 'node:timers/promises'
import { interleave } from '../harness/interleave.ts'
import { medians } from '../harness/median.ts'
import { type Observation, Run } from '../harness/run.ts'
import { type GoalResult, ratioGoal, type Scenario } from '../harness/scenario.ts'
import { presentSubjects } from '../harness/subject.ts'
import { percent } from './observation-table.ts'

/** Readers that stopped reading must not be felt by those that did not. */
export const slowReaders: Scenario = {
  name: 'slow-readers',
  title: '100 healthy readers, then 1,000 stalled ones beside them, 2,000 events/s',
  isFullOnly: true,
  async run(effort) {
    const isFull = effort === 'full'
    const subjects = presentSubjects(['tidewire', 'tidewire-history'])
    const seconds = isFull ? 60 : 20
    const seen = await interleave(subjects, isFull ? 3 : 1, async (subject) => {
      await using run = await Run.start(subject)
      return await stallOthers(run, seconds)
    })
    const found = new Map([...seen].map(([name, all]) => [name, medians<Stall>(all)]))
    return {
      columns: [
        'server',
        'p99 before',
        'p99 beside stalled',
        'RSS growth MB',
        'healthy missed',
        'CPU before',
        'CPU beside',
      ],
      rows: [...found].map(([name, stall]) => [
        name,
        stall.p99Before,
        stall.p99Beside,
        stall.growthMegabytes,
        stall.missed,
        percent(stall.cpuBefore),
        percent(stall.cpuBeside),
      ]),
      goals: [...found].flatMap(([name, stall]) => goalsOf(name, stall)),
      notes: [`${seconds} s; the largest growth seen in that time counts.`],
      raw: Object.fromEntries(seen),
    }
  },
}

interface Stall {
  readonly p99Before: number
  readonly p99Beside: number
  readonly cpuBefore: number
  readonly cpuBeside: number
  readonly growthMegabytes: number
  readonly missed: number
}

async function stallOthers(run: Run, seconds: number): Promise<Stall> {
  const channel = { channels: 1, channelsEach: 1 }
  await run.open({ ...channel, connections: 100, sampleEvery: 5 })
  await run.publish(2_000)
  await delay(2_000)
  const before = await run.observe(Math.min(seconds, 10) * 1_000)
  await run.open({ ...channel, connections: 1_000, sampleEvery: 0, isStalled: true })
  const beside: Observation[] = []
  for (let slice = 0; slice < seconds / sliceSeconds; slice += 1) {
    beside.push(await run.observe(sliceSeconds * 1_000))
  }
  const largest = Math.max(...beside.map(({ rssMegabytes }) => rssMegabytes))
  const typical = medians<Observation>(beside)
  return {
    p99Before: before.p99Ms,
    p99Beside: typical.p99Ms,
    cpuBefore: before.serverCpu,
    cpuBeside: typical.serverCpu,
    growthMegabytes: largest - before.rssMegabytes,
    missed: beside.reduce((sum, { missed }) => sum + missed, 0),
  }
}

const sliceSeconds = 4

function goalsOf(name: string, { p99Before, p99Beside, growthMegabytes }: Stall): GoalResult[] {
  return [
    ratioGoal(`${name}: p99 of healthy readers within 20 %`, {
      figure: p99Beside,
      other: p99Before,
      atMost: 1.2,
    }),
    {
      goal: `${name}: RSS growth ≤ 64 MB`,
      reached: `${growthMegabytes.toFixed(0)} MB`,
      isMet: growthMegabytes <= 64,
    },
  ]
}
