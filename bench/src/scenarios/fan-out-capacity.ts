import { interleave } from '../harness/interleave.ts'
import type { Observation, Run } from '../harness/run.ts'
import { type GoalResult, ratioGoal, type Scenario } from '../harness/scenario.ts'
import { presentSubjects, type SubjectName } from '../harness/subject.ts'
import { fanOutSubscribers, observeAt, startFanOut } from './fan-out.ts'
import { observationCells, observationColumns, othersNote } from './observation-table.ts'

/** Raises the rate until the 99th percentile passes 250 ms; the last rate before it counts. */
export const fanOutCapacity: Scenario = {
  name: 'fanout-capacity',
  title: '1 channel, 1,000 subscribers, 128-byte events, the rate raised until p99 > 250 ms',
  async run(effort) {
    const subjects = presentSubjects(effort === 'full' ? fullSubjects : shortSubjects)
    const ms = effort === 'full' ? 2_000 : 600
    const seen = await interleave(subjects, effort === 'full' ? 3 : 1, async (subject) => {
      await using run = await startFanOut(subject)
      return await findCapacity(run, ms)
    })
    const found = new Map([...seen].map(([name, all]) => [name, middle(all)]))
    return {
      columns,
      rows: [...found].map(([name, { best, limit }]) => [
        name,
        best.perSecond,
        best.seen.megabytesPerSecond,
        ...observationCells(best.seen),
        limit,
      ]),
      goals: goalsOf(found),
      notes: [
        'limit: what ended it at the next rate; behind: less was delivered than offered.',
        'write-only-batch is what the kernel and the load generator take at most.',
        othersNote,
      ],
      raw: Object.fromEntries(seen),
    }
  },
}

const shortSubjects = ['tidewire', 'socket.io', 'nats', 'write-only-batch'] as const
const fullSubjects: readonly SubjectName[] = [
  'tidewire',
  'ws',
  'ws-buffer',
  'socket.io',
  'nats',
  'nchan',
  'write-only',
  'write-only-batch',
]

const columns = ['server', 'events/s', 'MB/s', ...observationColumns, 'limit']

/** One rate that was tried. */
interface Step {
  readonly perSecond: number
  readonly seen: Observation
}

/** A rate, and what was wrong with it. */
interface Attempt {
  readonly step: Step
  readonly limit: string | null
}

/** The highest rate that a server sustained, and why not the next one. */
interface Capacity {
  readonly best: Step
  readonly limit: string
}

// In coarse steps up to the first rate that fails, then in finer ones from the
// last that passed. What was seen in the last one that passed is the result.
async function findCapacity(run: Run, ms: number): Promise<Capacity> {
  const coarse = Array.from({ length: coarseSteps }, (_, index) => firstRate * 3 ** index)
  const rough = await climb(run, coarse, ms / 2)
  if (rough.best === null) throw new Error(`cannot sustain ${firstRate} events/s: ${rough.limit}`)
  const { perSecond } = rough.best
  const finer = finerFactors.map((factor) => Math.round(perSecond * factor))
  const { best, limit } = await climb(run, finer, ms)
  return { best: best ?? rough.best, limit: limit ?? rough.limit ?? 'none met' }
}

async function climb(
  run: Run,
  rates: readonly number[],
  ms: number,
): Promise<{ readonly best: Step | null; readonly limit: string | null }> {
  let best: Step | null = null
  for (const perSecond of rates) {
    const { step, limit } = await tryTwice(run, perSecond, ms)
    if (limit !== null) return { best, limit }
    best = step
  }
  return { best, limit: null }
}

// What else the machine does can make one attempt fail; it must not end the climb.
async function tryTwice(run: Run, perSecond: number, ms: number): Promise<Attempt> {
  const first = await tryOnce(run, perSecond, ms)
  return first.limit === null ? first : tryOnce(run, perSecond, ms)
}

async function tryOnce(run: Run, perSecond: number, ms: number): Promise<Attempt> {
  const step = { perSecond, seen: await observeAt(run, { perSecond, warmMs: ms / 2, ms }) }
  const limit = limitOf(step)
  // What a server could not keep up with is not the next attempt's burden.
  if (limit !== null) await run.drain(maxDrainMs)
  return { step, limit }
}

/** Why a rate is too much; null when it is not. */
function limitOf({ perSecond, seen }: Step): string | null {
  if (seen.closed > 0) return `closed ${seen.closed}`
  if (seen.missed > 0) return `lost ${seen.missed}`
  if (seen.p99Ms > maxP99Ms) return `p99 ${Math.round(seen.p99Ms)} ms`
  const offered = perSecond * fanOutSubscribers
  return seen.deliveriesPerSecond < offered * leastDelivered ? 'behind' : null
}

const firstRate = 10
const coarseSteps = 9
const finerFactors = [1.2, 1.45, 1.75, 2.1, 2.5]
const maxP99Ms = 250
const maxDrainMs = 15_000

/**
 * Only so low because a window may miss a whole batch at its edge; a server that
 * falls behind is found by its latency, which is counted from when events are due.
 */
const leastDelivered = 0.7

function middle(capacities: readonly Capacity[]): Capacity {
  const sorted = [...capacities].sort((a, b) => a.best.perSecond - b.best.perSecond)
  const capacity = sorted[Math.floor((sorted.length - 1) / 2)]
  if (capacity === undefined) throw new Error('nothing was tried')
  return capacity
}

function goalsOf(found: ReadonlyMap<string, Capacity>): readonly GoalResult[] {
  const capacityOf = (name: string) => found.get(name)?.best.seen.deliveriesPerSecond ?? Number.NaN
  const figure = capacityOf('tidewire')
  const against = (other: string, atLeast: number) =>
    ratioGoal(`deliveries/s ≥ ${atLeast} × ${other}`, { figure, other: capacityOf(other), atLeast })
  return [against('socket.io', 40), ...(found.has('nats') ? [against('nats', 2)] : [])]
}
