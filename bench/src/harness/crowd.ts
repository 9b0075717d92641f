import type { CrowdCommands, CrowdPlan, CrowdReport } from '../crowd/crowd-commands.ts'
import { Child } from './child.ts'
import { cores } from './cores.ts'

/**
 * All clients of a run, spread evenly over several processes on the load
 * generator's core.
 */
export class Crowd implements AsyncDisposable {
  readonly #processes: readonly Child<CrowdCommands>[]

  private constructor(processes: readonly Child<CrowdCommands>[]) {
    this.#processes = processes
  }

  /** Makes the clients; resolves when all have subscribed. */
  static async open({ processes = 1, from = 0, ...plan }: CrowdOptions): Promise<Crowd> {
    const children = Array.from({ length: processes }, () =>
      Child.start<CrowdCommands>(program, { core: cores.load }),
    )
    const crowd = new Crowd(children)
    try {
      const share = Math.ceil(plan.clients / processes)
      await Promise.all(
        children.map((child, index) => {
          const clients = Math.min(share, plan.clients - index * share)
          return child.ask('open', { ...plan, from: from + index * share, clients })
        }),
      )
      return crowd
    } catch (cause) {
      await crowd[Symbol.asyncDispose]()
      throw cause
    }
  }

  /** From now on every client is to get so many events more in each of its channels. */
  async expect(more: number): Promise<void> {
    await Promise.all(this.#processes.map((child) => child.ask('expect', { more })))
  }

  /** Resolves when all have got them, or after so long. */
  async reach(maxMs: number): Promise<void> {
    await Promise.all(this.#processes.map((child) => child.ask('reach', { maxMs })))
  }

  /** Resolves when every client has a connection, or after so long. */
  async rejoin(maxMs: number): Promise<void> {
    await Promise.all(this.#processes.map((child) => child.ask('rejoin', { maxMs })))
  }

  /** From now on latencies and times without a connection count. */
  async watch(): Promise<void> {
    await Promise.all(this.#processes.map((child) => child.ask('watch', null)))
  }

  /** What all of them have seen, when so many events were published in each channel. */
  async report(published: readonly number[]): Promise<CrowdReport> {
    const reports = await Promise.all(
      this.#processes.map((child) => child.ask('report', { published })),
    )
    return reports.reduce(joined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((child) => child[Symbol.asyncDispose]()))
  }
}

/** A crowd, and over how many processes it is spread. */
export interface CrowdOptions extends Omit<CrowdPlan, 'from'> {
  /** The number of the first client. Default 0. */
  readonly from?: number
  /** Default 1. */
  readonly processes?: number
}

const program = new URL('../crowd/crowd-program.js', import.meta.url)

function joined(one: CrowdReport, other: CrowdReport): CrowdReport {
  return {
    clients: one.clients + other.clients,
    received: one.received + other.received,
    missed: one.missed + other.missed,
    repeated: one.repeated + other.repeated,
    gaps: one.gaps + other.gaps,
    dials: one.dials + other.dials,
    reachedUs: [...one.reachedUs, ...other.reachedUs],
    withoutMs: [...one.withoutMs, ...other.withoutMs],
    latenciesMs: [...one.latenciesMs, ...other.latenciesMs],
    cpuMs: one.cpuMs + other.cpuMs,
  }
}
