import { setTimeout as delay } from 'node:timers/promises'
import { interleave } from '../harness/interleave.ts'
import { medians } from '../harness/median.ts'
import { type Observation, Run } from '../harness/run.ts'
import { type GoalResult, ratioGoal, type Scenario } from '../harness/scenario.ts'
import { presentSubjects } from '../harness/subject.ts'
import type { Row } from '../harness/table.ts'
import type { OpenPlan } from '../load/load-commands.ts'
import { percent } from './observation-table.ts'

/** Readers that stopped reading must not be felt by those that did not. */
export const slowReaders: Scenario = besideScenario({
  name: 'slow-readers',
  title: '100 healthy readers, then 1,000 stalled ones beside them, 2,000 events/s',
  others: { connections: 1_000, bytesPerSecond: 0 },
  fullSeconds: 60,
})

/** Nor those that read all the time, and far too little. */
export const tricklingReaders: Scenario = besideScenario({
  name: 'trickling-readers',
  title: '100 healthy readers, then 100 at 1 kB/s beside them, 2,000 events/s',
  others: { connections: 100, bytesPerSecond: 1_000 },
  fullSeconds: 30,
})

interface Beside extends Pick<Scenario, 'name' | 'title'> {
  readonly others: Required<Pick<OpenPlan, 'connections' | 'bytesPerSecond'>>
  readonly fullSeconds: number
}

function besideScenario({ name, title, others, fullSeconds }: Beside): Scenario {
  return {
    name,
    title,
    isFullOnly: true,
    async run(effort) {
      const isFull = effort === 'full'
      const subjects = presentSubjects(['tidewire', 'tidewire-history'])
      const seconds = isFull ? fullSeconds : 20
      const seen = await interleave(subjects, isFull ? 2 : 1, async (subject) => {
        await using run = await Run.start(subject)
        return await addOthers(run, others, seconds)
      })
      const found = new Map([...seen].map(([subject, all]) => [subject, medians<Seen>(all)]))
      return {
        columns,
        rows: [...found].map(([subject, both]) => rowOf(subject, both)),
        goals: [...found].flatMap(([subject, both]) => goalsOf(subject, both)),
        notes: [`${seconds} s; the largest growth seen in that time counts.`],
        raw: Object.fromEntries(seen),
      }
    },
  }
}

const columns = [
  'server',
  'p99 before',
  'p99 beside',
  'RSS growth MB',
  'healthy missed',
  'closed',
  'CPU before',
  'CPU beside',
]

/** The healthy readers, without the others and beside them. */
interface Seen {
  readonly p99Before: number
  readonly p99Beside: number
  readonly cpuBefore: number
  readonly cpuBeside: number
  readonly growthMegabytes: number
  readonly missed: number
  readonly closed: number
}

function rowOf(name: string, seen: Seen): Row {
  return [
    name,
    seen.p99Before,
    seen.p99Beside,
    seen.growthMegabytes,
    seen.missed,
    seen.closed,
    percent(seen.cpuBefore),
    percent(seen.cpuBeside),
  ]
}

async function addOthers(run: Run, others: Beside['others'], seconds: number): Promise<Seen> {
  const channel = { channels: 1, channelsEach: 1 }
  await run.open({ ...channel, connections: 100, sampleEvery: 5 })
  await run.publish(2_000)
  await delay(2_000)
  const before = await run.observe(Math.min(seconds, 10) * 1_000)
  await run.open({ ...channel, ...others, sampleEvery: 0 })
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
    closed: beside.reduce((sum, { closed }) => sum + closed, 0),
  }
}

const sliceSeconds = 4

function goalsOf(name: string, { p99Before, p99Beside, growthMegabytes }: Seen): GoalResult[] {
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
