import { setTimeout as delay } from 'node:timers/promises'
import { answerCommands } from '../harness/commands.ts'
import { monotonicUs } from '../harness/monotonic.ts'
import { channelName } from '../servers/serve.ts'
import type { CrowdCommands, CrowdPlan, CrowdReport } from './crowd-commands.ts'
import { members } from './members.ts'
import { Reachability } from './reachability.ts'
import { Witness } from './witness.ts'

/** A process full of clients: whole ones, that come back by themselves. */
const crowd: Fellow[] = []
const counts = { gaps: 0, dials: 0 }
let latenciesMs: number[] = []
let cpuBefore = process.cpuUsage()

const commands: CrowdCommands = {
  async open(plan) {
    let next = 0
    const openNext = async () => {
      while (next < plan.clients) await openOne(plan, plan.from + next++)
    }
    await Promise.all(Array.from({ length: maxOpening }, openNext))
  },
  expect({ more }) {
    for (const { witness } of crowd) witness.expect(more)
    begin()
  },
  reach: ({ maxMs }) => waitUntil(() => !crowd.some(isBehind), maxMs),
  rejoin: ({ maxMs }) => waitUntil(() => crowd.every(isReachable), maxMs),
  watch() {
    for (const fellow of crowd) fellow.withoutBeforeMs = fellow.reachability.withoutMs
    latenciesMs = []
    begin()
  },
  report: ({ published }) => reportOf(published),
}

answerCommands(commands)

/** One of the crowd, by what it has seen. */
interface Fellow {
  readonly witness: Witness
  readonly reachability: Reachability
  /** The channels it reads, by their numbers. */
  readonly channels: readonly number[]
  withoutBeforeMs: number
}

/** How many clients are being made at a time. */
const maxOpening = 100
const lookMs = 50

/** Whose latency is measured: one client in so many. */
const timedEvery = 20

/** Each address may have 1,000 connections, by default. */
const clientsPerAddress = 500

async function openOne(plan: CrowdPlan, number: number): Promise<void> {
  const channels = Array.from(
    { length: plan.channelsEach },
    (_, index) => (number + index) % plan.channels,
  )
  const onLatency = (latencyUs: number) => latenciesMs.push(latencyUs / 1_000)
  const witness = new Witness(channels.length, number % timedEvery === 0 ? onLatency : null)
  const reachability = new Reachability()
  crowd.push({ witness, reachability, channels, withoutBeforeMs: 0 })
  const member = members[plan.kind]({
    port: plan.port,
    number,
    localAddress: `127.0.1.${1 + Math.floor(number / clientsPerAddress)}`,
    channels: channels.map(channelName),
    witness,
    reachability,
    onDial: () => {
      counts.dials += 1
    },
    onGap: () => {
      counts.gaps += 1
    },
  })
  await member.ready
}

function begin(): void {
  counts.gaps = 0
  counts.dials = 0
  cpuBefore = process.cpuUsage()
}

async function waitUntil(isSo: () => boolean, maxMs: number): Promise<void> {
  const deadlineUs = monotonicUs() + maxMs * 1_000
  while (monotonicUs() < deadlineUs && !isSo()) await delay(lookMs)
}

function isReachable({ reachability }: Fellow): boolean {
  return reachability.isReachable
}

function isBehind({ witness }: Fellow): boolean {
  return witness.reachedUs === null
}

function reportOf(published: readonly number[]): CrowdReport {
  const { user, system } = process.cpuUsage(cpuBefore)
  return {
    ...counts,
    clients: crowd.length,
    received: sum(({ witness }) => witness.received),
    repeated: sum(({ witness }) => witness.repeated),
    missed: sum(({ witness, channels }) =>
      witness.missedOf(channels.map((channel) => published[channel] ?? 0)),
    ),
    reachedUs: crowd.flatMap(({ witness }) => witness.reachedUs ?? []),
    withoutMs: crowd
      .map(({ reachability, withoutBeforeMs }) => reachability.withoutMs - withoutBeforeMs)
      .filter((ms) => ms > 0),
    latenciesMs,
    cpuMs: (user + system) / 1_000,
  }
}

function sum(countOf: (fellow: Fellow) => number): number {
  return crowd.reduce((total, fellow) => total + countOf(fellow), 0)
}
