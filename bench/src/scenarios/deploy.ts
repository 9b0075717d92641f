import { setTimeout as delay } from 'node:timers/promises'
import { Crowd } from '../harness/crowd.ts'
import { type CrowdHost, listen, startHost } from '../harness/crowd-host.ts'
import { type CrowdSubject, crowdSubjects, hasRedis } from '../harness/crowd-subject.ts'
import { interleave } from '../harness/interleave.ts'
import { machineBusyMs } from '../harness/machine-load.ts'
import { medians } from '../harness/median.ts'
import { quantile } from '../harness/quantile.ts'
import { Redis } from '../harness/redis.ts'
import type { Effort, GoalResult, Scenario } from '../harness/scenario.ts'
import type { Row } from '../harness/table.ts'

/** A server is replaced by another one while everybody listens. */
export const deploy: Scenario = {
  name: 'deploy',
  title: 'one of two servers leaves under load, its clients go to the other',
  // A drain takes its time, whatever the number of clients.
  isFullOnly: true,
  async run(effort) {
    const plan = plans[effort]
    const subjects = hasRedis() ? Object.values<CrowdSubject>(crowdSubjects) : []
    const seen = await interleave(subjects, plan.rounds, (subject) => watchDeploy(subject, plan))
    const found = [...seen].map(([name, all]) => [name, medians<Seen>(all)] as const)
    return {
      columns,
      rows: found.map(([name, all]) => rowOf(name, all)),
      goals: found.filter(([name]) => name === 'tidewire').flatMap(goalsOf),
      notes: notesFor(plan),
      raw: Object.fromEntries(seen),
    }
  },
}

interface Plan {
  readonly clients: number
  readonly processes: number
  readonly warmMs: number
  /** Long enough for what is on its way. */
  readonly quietMs: number
  readonly rounds: number
}

const plans: Readonly<Record<Effort, Plan>> = {
  short: { clients: 500, processes: 1, warmMs: 1_000, quietMs: 500, rounds: 1 },
  full: { clients: 5_000, processes: 4, warmMs: 5_000, quietMs: 2_000, rounds: 2 },
}

const channels = 20
const channelsEach = 2
/** By each of the two servers, over its half of the channels. */
const eventsPerSecond = 25
const maxMs = 60_000

interface Seen {
  readonly clients: number
  readonly received: number
  readonly missed: number
  readonly repeated: number
  readonly gaps: number
  readonly without: number
  readonly longestWithoutMs: number
  readonly wallMs: number
  readonly p50BeforeMs: number
  readonly p99BeforeMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly loopP99Ms: number
  readonly dialsEach: number
  readonly loadCpu: number
  readonly machineCpu: number
}

const columns = [
  'server',
  'clients',
  'events',
  'missed',
  'repeated',
  'told gaps',
  'without a connection',
  'longest ms',
  'wall s',
  'p50 before',
  'p99 before',
  'p50 ms',
  'p99 ms',
  'loop p99 ms',
  'load CPU',
  'machine CPU',
]

function rowOf(name: string, seen: Seen): Row {
  return [
    name,
    seen.clients,
    seen.received,
    seen.missed,
    seen.repeated,
    seen.gaps,
    seen.without,
    seen.longestWithoutMs,
    seen.wallMs / 1_000,
    seen.p50BeforeMs,
    seen.p99BeforeMs,
    seen.p50Ms,
    seen.p99Ms,
    seen.loopP99Ms,
    `${Math.round(seen.loadCpu * 100)} %`,
    `${Math.round(seen.machineCpu * 100)} %`,
  ]
}

function goalsOf([name, seen]: readonly [string, Seen]): readonly GoalResult[] {
  const { missed, repeated, without } = seen
  return [
    counted(`${name}: 0 events missed`, missed),
    counted(`${name}: 0 events repeated`, repeated),
    counted(`${name}: no client without a connection`, without),
  ]
}

function counted(goal: string, count: number): GoalResult {
  return { goal, reached: `${count}`, isMet: count === 0 }
}

function notesFor({ clients }: Plan): readonly string[] {
  return [
    `${clients} whole clients, each on ${channelsEach} of ${channels} channels; ${2 * eventsPerSecond} events/s over all, half of them from each server.`,
    'A connection counts when it is open, its token accepted and it is subscribed to everything.',
    'The first server gives its port to the second and leaves; wall: until it is empty and everybody is back.',
    'Both servers are on one core, the clients and Redis on the other. machine CPU: of one core, over both.',
  ]
}

async function watchDeploy(subject: CrowdSubject, plan: Plan): Promise<Seen> {
  await using redis = await Redis.start()
  await using first = await startHost(subject, { redis })
  await using second = await startHost(subject, { redis })
  const { port } = await listen(first)
  const { clients, processes } = plan
  await using crowd = await Crowd.open({
    kind: subject.client,
    port,
    clients,
    processes,
    channels,
    channelsEach,
  })
  await publishHalf(first, 0)
  await publishHalf(second, 1)
  await delay(warmMs)
  await crowd.watch()
  await delay(plan.warmMs)
  const before = await crowd.report([])
  await crowd.watch()
  const wall = await leave({ first, second, crowd, port }, plan.quietMs)
  const published = await publishedBy(first, second)
  const after = await crowd.report(published)
  const loop = await second.ask('loopDelay', null)
  return {
    clients,
    received: after.received,
    missed: after.missed,
    repeated: after.repeated,
    gaps: after.gaps,
    without: after.withoutMs.length,
    longestWithoutMs: Math.max(0, ...after.withoutMs),
    p50BeforeMs: quantile(before.latenciesMs, 0.5),
    p99BeforeMs: quantile(before.latenciesMs, 0.99),
    p50Ms: quantile(after.latenciesMs, 0.5),
    p99Ms: quantile(after.latenciesMs, 0.99),
    loopP99Ms: loop.p99Ms,
    dialsEach: after.dials / clients,
    ...wall,
    loadCpu: after.cpuMs / wall.wallMs,
  }
}

interface Parting {
  readonly first: CrowdHost
  readonly second: CrowdHost
  readonly crowd: Crowd
  readonly port: number
}

/** The first server leaves; resolves when everything has arrived. */
async function leave({ first, second, crowd, port }: Parting, quietMs: number) {
  await second.ask('watchLoop', null)
  const machineBefore = machineBusyMs()
  const startedMs = performance.now()
  await first.ask('stopListening', null)
  await listen(second, port)
  await first.ask('leave', null)
  await crowd.rejoin(maxMs)
  const wallMs = performance.now() - startedMs
  const machineCpu = (machineBusyMs() - machineBefore) / wallMs
  await first.ask('stop', null)
  await delay(quietMs)
  await second.ask('stop', null)
  await delay(quietMs)
  return { wallMs, machineCpu }
}

/** One server's half: every other channel. */
function publishHalf(host: CrowdHost, half: 0 | 1): Promise<void> {
  const mine = Array.from({ length: channels / 2 }, (_, index) => 2 * index + half)
  return host.ask('publish', { perSecond: eventsPerSecond, channels: mine })
}

/** Each channel has one publisher. */
async function publishedBy(first: CrowdHost, second: CrowdHost): Promise<readonly number[]> {
  const [ofFirst, ofSecond] = [
    await first.ask('published', null),
    await second.ask('published', null),
  ]
  return Array.from({ length: channels }, (_, channel) =>
    Math.max(ofFirst[channel] ?? 0, ofSecond[channel] ?? 0),
  )
}

const warmMs = 500
