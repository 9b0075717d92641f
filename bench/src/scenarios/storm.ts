import { setTimeout as delay } from 'node:timers/promises'
import { Crowd } from '../harness/crowd.ts'
import { type CrowdHost, listen, startHost } from '../harness/crowd-host.ts'
import { type CrowdSubject, crowdSubjects, hasRedis } from '../harness/crowd-subject.ts'
import { interleave } from '../harness/interleave.ts'
import { machineBusyMs } from '../harness/machine-load.ts'
import { medians } from '../harness/median.ts'
import { monotonicUs } from '../harness/monotonic.ts'
import { usageOf } from '../harness/process-usage.ts'
import { quantile } from '../harness/quantile.ts'
import { Redis } from '../harness/redis.ts'
import type { Effort, GoalResult, Scenario } from '../harness/scenario.ts'
import type { Row } from '../harness/table.ts'
import { othersNote, percent } from './observation-table.ts'

/** Everybody loses the server in the same moment, and wants back what was missed. */
export const storm: Scenario = {
  name: 'storm',
  title: 'all clients cut at once come back and recover 100 missed events each',
  async run(effort) {
    const plan = plans[effort]
    const storms = [...cuts, ...(effort === 'full' && hasRedis() ? [restart] : [])]
    const seen = await interleave(storms, plan.rounds, (one) => watchStorm(one, plan))
    const found = [...seen].map(([name, all]) => [name, medians<Seen>(all)] as const)
    return {
      columns,
      rows: found.map(([name, all]) => rowOf(name, all)),
      goals: found.filter(([name]) => name.startsWith('tidewire')).flatMap(goalsOf),
      notes: notesFor(plan),
      raw: Object.fromEntries(seen),
    }
  },
}

/** Who loses the server, and how. */
interface Storm {
  readonly name: string
  readonly subject: CrowdSubject
  /**
   * `cut`: the server destroys all sockets · `restart`: its process is killed, and
   * another one takes its place.
   */
  readonly cause: 'cut' | 'restart'
}

const cuts: readonly Storm[] = [
  { name: 'tidewire, cut', subject: crowdSubjects.tidewire, cause: 'cut' },
  { name: 'socket.io, cut', subject: crowdSubjects['socket.io'], cause: 'cut' },
]
// Socket.IO keeps a session when a client leaves, which a process that is killed
// does not see: there is nothing to recover.
const restart: Storm = {
  name: 'tidewire, killed',
  subject: crowdSubjects.tidewire,
  cause: 'restart',
}

interface Plan {
  readonly lean: number
  /** Whole clients, as an application uses them, beside the lean ones. */
  readonly whole: number
  readonly restMs: number
  readonly rounds: number
}

const plans: Readonly<Record<Effort, Plan>> = {
  short: { lean: 1_800, whole: 200, restMs: 2_000, rounds: 1 },
  full: { lean: 9_700, whole: 300, restMs: 10_000, rounds: 3 },
}

const missedEach = 100
const clientsPerChannel = 100
const maxMs = 60_000

interface Seen {
  readonly clients: number
  readonly recovered: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
  readonly wholeP95Ms: number
  readonly missed: number
  readonly repeated: number
  readonly dialsEach: number
  readonly loopP99Ms: number
  readonly loopMaxMs: number
  readonly serverCpu: number
  readonly loadCpu: number
  readonly othersCpu: number
}

const columns = [
  'server',
  'clients',
  'recovered',
  'p50 s',
  'p95 s',
  'max s',
  'p95 s, whole',
  'missed',
  'repeated',
  'dials each',
  'loop p99 ms',
  'loop max ms',
  'server CPU',
  'load CPU',
  'others',
]

function rowOf(name: string, seen: Seen): Row {
  return [
    name,
    seen.clients,
    `${((seen.recovered / seen.clients) * 100).toFixed(1)} %`,
    seen.p50Ms / 1_000,
    seen.p95Ms / 1_000,
    seen.maxMs / 1_000,
    seen.wholeP95Ms / 1_000,
    seen.missed,
    seen.repeated,
    seen.dialsEach,
    seen.loopP99Ms,
    seen.loopMaxMs,
    percent(seen.serverCpu),
    percent(seen.loadCpu),
    percent(seen.othersCpu),
  ]
}

function goalsOf([name, seen]: readonly [string, Seen]): readonly GoalResult[] {
  const { clients, recovered, missed, repeated, p95Ms, loopP99Ms } = seen
  return [
    {
      goal: `${name}: 100 % recovered`,
      reached: `${recovered} of ${clients}, ${missed} missed, ${repeated} repeated`,
      isMet: recovered === clients && missed + repeated === 0,
    },
    {
      goal: `${name}: p95 ≤ 5 s`,
      reached: `${(p95Ms / 1_000).toFixed(1)} s`,
      isMet: p95Ms <= 5_000,
    },
    {
      goal: `${name}: loop delay p99 ≤ 200 ms`,
      reached: `${loopP99Ms.toFixed(0)} ms`,
      isMet: loopP99Ms <= 200,
    },
  ]
}

function notesFor({ whole, restMs }: Plan): readonly string[] {
  return [
    `${whole} of the clients are whole ones, the others lean ones with the same rules; they were connected for ${restMs / 1_000} s.`,
    `${clientsPerChannel} clients a channel; besides what was missed each gets an event a second.`,
    'Counted from the cut until a client has what it missed.',
    'killed (--full): history is in Redis, and it counts from when the successor listens.',
    othersNote,
  ]
}

async function watchStorm({ subject, cause }: Storm, plan: Plan): Promise<Seen> {
  await using redis = cause === 'restart' ? await Redis.start() : null
  await using host = await startHost(subject, { redis })
  const { port } = await listen(host)
  const { lean, whole } = plan
  const clients = lean + whole
  const channels = Math.ceil(clients / clientsPerChannel)
  const options = { port, channels, channelsEach: 1 }
  await using leanCrowd = await Crowd.open({ ...options, kind: subject.leanClient, clients: lean })
  await using wholeCrowd = await Crowd.open({
    ...options,
    kind: subject.client,
    clients: whole,
    from: lean,
  })
  await trickle(host, channels)
  await delay(plan.restMs)
  await host.ask('stop', null)
  await delay(quietMs)
  const crowds = { leanCrowd, wholeCrowd, channels }
  await Promise.all([leanCrowd.expect(missedEach), wholeCrowd.expect(missedEach)])
  if (cause === 'cut') return await watchReturn(host, crowds, () => cut(host, channels))
  const published = await host.ask('published', null)
  await host.kill()
  await using successor = await startHost(subject, { redis, published })
  await successor.ask('publishEach', { events: missedEach, channels })
  return await watchReturn(successor, crowds, async () => (await listen(successor, port)).atUs)
}

interface Crowds {
  readonly leanCrowd: Crowd
  readonly wholeCrowd: Crowd
  readonly channels: number
}

function trickle(host: CrowdHost, channels: number): Promise<void> {
  const all = Array.from({ length: channels }, (_, channel) => channel)
  return host.ask('publish', { perSecond: channels, channels: all })
}

/** Cuts everybody, and publishes what they miss before the first is back. */
async function cut(host: CrowdHost, channels: number): Promise<number> {
  const atUs = monotonicUs()
  await host.ask('cut', null)
  await host.ask('publishEach', { events: missedEach, channels })
  return atUs
}

async function watchReturn(
  host: CrowdHost,
  { leanCrowd, wholeCrowd, channels }: Crowds,
  begin: () => Promise<number>,
): Promise<Seen> {
  await host.ask('watchLoop', null)
  const before = usages(host)
  const atUs = await begin()
  await trickle(host, channels)
  await Promise.all([leanCrowd.reach(maxMs), wholeCrowd.reach(maxMs)])
  const after = usages(host)
  const loop = await host.ask('loopDelay', null)
  await host.ask('stop', null)
  await delay(quietMs)
  const published = await host.ask('published', null)
  const lean = await leanCrowd.report(published)
  const whole = await wholeCrowd.report(published)
  const times = msSince(atUs, [...lean.reachedUs, ...whole.reachedUs])
  return {
    clients: lean.clients + whole.clients,
    recovered: times.length,
    p50Ms: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    maxMs: quantile(times, 1),
    wholeP95Ms: quantile(msSince(atUs, whole.reachedUs), 0.95),
    missed: lean.missed + whole.missed,
    repeated: lean.repeated + whole.repeated,
    dialsEach: (lean.dials + whole.dials) / (lean.clients + whole.clients),
    loopP99Ms: loop.p99Ms,
    loopMaxMs: loop.maxMs,
    ...sharesOf(before, after, lean.cpuMs + whole.cpuMs),
  }
}

interface Usages {
  readonly atMs: number
  readonly serverMs: number
  readonly machineMs: number
}

function usages({ pid }: CrowdHost): Usages {
  return { atMs: performance.now(), serverMs: usageOf(pid).cpuMs, machineMs: machineBusyMs() }
}

function sharesOf(before: Usages, after: Usages, loadMs: number) {
  const ms = after.atMs - before.atMs
  const serverMs = after.serverMs - before.serverMs
  const othersMs = after.machineMs - before.machineMs - serverMs - loadMs
  return {
    serverCpu: serverMs / ms,
    loadCpu: loadMs / ms,
    othersCpu: Math.max(0, othersMs / ms),
  }
}

function msSince(atUs: number, reachedUs: readonly number[]): readonly number[] {
  return reachedUs.map((us) => (us - atUs) / 1_000)
}

/** Long enough for what is on its way. */
const quietMs = 500
