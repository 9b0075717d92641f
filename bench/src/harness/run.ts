import { setTimeout as delay } from 'node:timers/promises'
import type { LoadCommands, LoadReport, OpenPlan } from '../load/load-commands.ts'
import type { Listening, ServerCommands } from '../servers/serve.ts'
import { Child } from './child.ts'
import { cores } from './cores.ts'
import { machineBusyMs } from './machine-load.ts'
import { type ProcessUsage, usageOf } from './process-usage.ts'
import type { Subject } from './subject.ts'

/**
 * One server under test and one load process, from their start to their end.
 *
 * Every run has fresh processes, so no subject inherits another one's heap.
 */
export class Run implements AsyncDisposable {
  readonly #server: Child<ServerCommands>
  readonly #load: Child<LoadCommands>
  readonly #subject: Subject
  readonly #listening: Listening

  private constructor({ server, load, subject, listening }: RunParts) {
    this.#server = server
    this.#load = load
    this.#subject = subject
    this.#listening = listening
  }

  /** Starts both processes; no connection is open yet. */
  static async start(subject: Subject): Promise<Run> {
    const serverCore = subject.isExternal === true ? cores.load : cores.server
    const server = Child.start<ServerCommands>(subject.module, {
      core: serverCore,
      nodeArguments: ['--expose-gc', ...extraServerArguments],
    })
    const load = Child.start<LoadCommands>(loadProgram, { core: cores.load })
    try {
      const listening = await server.ask('listen', { core: cores.server })
      return new Run({ server, load, subject, listening })
    } catch (cause) {
      await Promise.all([server[Symbol.asyncDispose](), load[Symbol.asyncDispose]()])
      throw cause
    }
  }

  /** Opens connections, in addition to those there are. */
  async open(plan: Omit<OpenPlan, 'port' | 'dialect' | 'offersDeflate'>): Promise<void> {
    const { port } = this.#listening
    const { dialect, offersDeflate = false } = this.#subject
    await this.#load.ask('open', { ...plan, port, dialect, offersDeflate })
  }

  /** Publishes at a rate from now on, in turn over so many channels. */
  async publish(perSecond: number, channels = 1): Promise<void> {
    await this.#server.ask('publish', { perSecond, channels })
  }

  /** Stops publishing and waits until everything has arrived. */
  async drain(maxMs: number): Promise<void> {
    await this.#server.ask('stop', null)
    await this.#load.ask('settle', { maxMs })
  }

  /** Watches for so long. */
  async observe(ms: number): Promise<Observation> {
    const busyBefore = machineBusyMs()
    const before = this.usage()
    const report = await this.#load.ask('measure', { ms })
    const after = this.usage()
    const cpuMs = after.cpuMs - before.cpuMs
    const othersMs = machineBusyMs() - busyBefore - cpuMs - report.cpuMs
    return observationOf(report, { cpuMs, othersMs, rssBytes: after.rssBytes })
  }

  /** Starts a closed loop of requests on every connection. */
  async request(): Promise<void> {
    await this.#load.ask('request', null)
  }

  /** What the server's process has used so far. */
  usage(): ProcessUsage {
    return usageOf(this.#listening.pid)
  }

  /** What the server's process holds when it has nothing to do. */
  async idleUsage(): Promise<ProcessUsage> {
    await delay(settleMs)
    await this.#server.ask('collectGarbage', null)
    await delay(settleMs)
    return this.usage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The load first: a server that says goodbye to thousands takes its time.
    await this.#load[Symbol.asyncDispose]()
    await this.#server[Symbol.asyncDispose]()
  }
}

/** What was seen in one window of time. */
export interface Observation {
  readonly deliveriesPerSecond: number
  readonly megabytesPerSecond: number
  /** Share of one core, 0–1. */
  readonly serverCpu: number
  readonly loadCpu: number
  /** What all other processes used meanwhile, in cores: more than a little disturbs the figures. */
  readonly othersCpu: number
  /** The server's CPU time per delivered event, in µs. */
  readonly cpuPerDeliveryUs: number
  /** Events per WebSocket frame. */
  readonly eventsPerFrame: number
  /** Readings of a socket per second: about the server's writes. */
  readonly readsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly missed: number
  readonly disordered: number
  readonly closed: number
  readonly rssMegabytes: number
}

/** Options for Node in every server process, such as `--cpu-prof`. */
export const extraServerArguments: string[] = []

interface RunParts {
  readonly server: Child<ServerCommands>
  readonly load: Child<LoadCommands>
  readonly subject: Subject
  readonly listening: Listening
}

interface WindowUsage {
  readonly cpuMs: number
  readonly othersMs: number
  readonly rssBytes: number
}

const loadProgram = new URL('../load/load-program.js', import.meta.url)
const settleMs = 1_000

/** @throws Error when the cheap count and the events found in the bytes differ. */
function observationOf(
  report: LoadReport,
  { cpuMs, othersMs, rssBytes }: WindowUsage,
): Observation {
  const { seconds, events, frames, found, countedBySampled } = report
  if (Math.abs(found - countedBySampled) > Math.max(2, found * maxMiscount)) {
    throw new Error(`counted ${countedBySampled} events where there were ${found}`)
  }
  return {
    deliveriesPerSecond: events / seconds,
    megabytesPerSecond: report.bytes / seconds / 1e6,
    serverCpu: cpuMs / 1_000 / seconds,
    loadCpu: report.cpuMs / 1_000 / seconds,
    othersCpu: Math.max(0, othersMs / 1_000 / seconds),
    cpuPerDeliveryUs: (cpuMs * 1_000) / events,
    eventsPerFrame: events / frames,
    readsPerSecond: report.reads / seconds,
    p50Ms: report.p50Ms ?? Number.NaN,
    p99Ms: report.p99Ms ?? Number.NaN,
    maxMs: report.maxMs ?? Number.NaN,
    missed: report.missed,
    disordered: report.disordered,
    closed: report.closed,
    rssMegabytes: rssBytes / 1e6,
  }
}

const maxMiscount = 0.01
