import { setTimeout as delay } from 'node:timers/promises'
import { answerCommands } from '../harness/commands.ts'
import { monotonicUs } from '../harness/monotonic.ts'
import { channelName } from '../servers/serve.ts'
import { LoadConnection } from './connection.ts'
import { dialects } from './dialects/by-name.ts'
import type { LoadCommands, LoadReport, OpenPlan } from './load-commands.ts'
import { Tally } from './tally.ts'

/** The load generator's process: opens connections, counts, and answers the runner. */
const tally = new Tally()
const connections: LoadConnection[] = []

const commands: LoadCommands = {
  async open(plan) {
    let next = 0
    const openNext = async () => {
      while (next < plan.connections) connections.push(await openOne(plan, next++))
    }
    await Promise.all(Array.from({ length: maxOpening }, openNext))
  },
  measure: ({ ms }) => watch(ms),
  async settle({ maxMs }) {
    const deadline = monotonicUs() + maxMs * 1_000
    let seen = -1
    while (seen !== tally.bytes && monotonicUs() < deadline) {
      seen = tally.bytes
      await delay(quietMs)
    }
  },
  request() {
    for (const connection of connections) {
      let sentUs = monotonicUs()
      connection.requestForEver(() => {
        const now = monotonicUs()
        tally.events += 1
        tally.latency.record(now - sentUs)
        sentUs = now
      })
    }
  },
}

answerCommands(commands)

/** How many connections are being opened at a time. */
const maxOpening = 100

/** Nothing for so long means that nothing is on its way. */
const quietMs = 250

function openOne(plan: OpenPlan, index: number): Promise<LoadConnection> {
  const isSampled = plan.sampleEvery > 0 && index % plan.sampleEvery === 0
  const role = isSampled ? 'sampled' : 'counting'
  return LoadConnection.open({
    port: plan.port,
    localAddress: `127.0.0.${1 + (index % loopbackAddresses)}`,
    dialect: dialects[plan.dialect],
    channels: channelsOf(plan, index),
    offersDeflate: plan.offersDeflate,
    role: plan.bytesPerSecond === undefined ? role : { bytesPerSecond: plan.bytesPerSecond },
    tally,
  })
}

// Squares are far apart in different steps, so that two connections share few
// channels; each channel gets as many subscribers as every other.
function channelsOf({ channels, channelsEach }: OpenPlan, connection: number): readonly string[] {
  return Array.from({ length: channelsEach }, (_, index) =>
    channelName((connection + index * index) % channels),
  )
}

const loopbackAddresses = 8

async function watch(ms: number): Promise<LoadReport> {
  tally.reset()
  const startedUs = monotonicUs()
  const cpuBefore = process.cpuUsage()
  await delay(ms)
  const cpu = process.cpuUsage(cpuBefore)
  const seconds = (monotonicUs() - startedUs) / 1e6
  return { seconds, cpuMs: (cpu.user + cpu.system) / 1_000, ...counts(), ...latencies() }
}

function counts() {
  const { frames, bytes, reads, closed, sampledFrames, uncountedFrames } = tally
  const { found, countedBySampled, missed, disordered } = tally
  const perFrame = sampledFrames === 0 ? 0 : found / sampledFrames
  const events = tally.events + uncountedFrames * perFrame
  return { events, frames, bytes, reads, closed, found, countedBySampled, missed, disordered }
}

function latencies() {
  const { latency } = tally
  if (latency.total === 0) return { p50Ms: null, p99Ms: null, maxMs: null }
  return {
    p50Ms: latency.quantile(0.5) / 1_000,
    p99Ms: latency.quantile(0.99) / 1_000,
    maxMs: latency.max / 1_000,
  }
}
