import { setTimeout as later } from 'node:timers/promises'
import { Child } from './child.ts'
import { inMebibytes, judge, type Series } from './judge.ts'
import type { CrewReport, LoadTold, ServerTold, Target } from './messages.ts'
import type { Sample } from './sample.ts'
import { PollingWitness } from './witness/polling-witness.ts'
import { PublishingWitness } from './witness/publishing-witness.ts'
import { SdkWitness } from './witness/sdk-witness.ts'
import { StreamWitness } from './witness/stream-witness.ts'
import { WebSocketWitness } from './witness/web-socket-witness.ts'
import type { Witness } from './witness/witness.ts'

/**
 * A server under mixed load for a long time: clients that come, go, stall, fail
 * and are cut, from one process, against a server in another, while witnesses
 * count in this one.
 *
 * What has to hold: nothing goes uncaught; each witness gets every event in
 * order; memory is flat; when everybody has left, nothing of them is left.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  await using run = await SoakRun.start(options)
  // Awaited here: what is returned otherwise outlives the processes.
  return await run.toTheEnd()
}

export interface SoakOptions {
  readonly seed: number
  readonly durationMs: number
  /** A fault to be found; see `planted-faults.ts`. */
  readonly plant?: string | undefined
  /** Told now and then how it goes. */
  readonly onProgress?: (line: string) => void
}

export interface SoakReport extends Series {
  readonly crews: readonly CrewReport[]
  readonly witnesses: readonly WitnessReport[]
  /** What did not hold; empty when all did. */
  readonly failures: readonly string[]
}

/** What a witness has seen. */
export interface WitnessReport {
  readonly name: string
  readonly received: number
  /** Numbers it missed, and was told so. */
  readonly told: number
}

class SoakRun implements AsyncDisposable {
  readonly #options: SoakOptions
  readonly #target: Target
  readonly #server: Child<ServerTold>
  readonly #load = new Child<LoadTold>('load', programs.load)
  readonly #witnesses: readonly Witness[] = [
    new WebSocketWitness('/ws'),
    new WebSocketWitness('/deflate'),
    new SdkWitness(),
    new PublishingWitness(),
    new StreamWitness(),
    new PollingWitness(),
  ]

  private constructor(options: SoakOptions, server: Child<ServerTold>, target: Target) {
    this.#options = options
    this.#server = server
    this.#target = target
  }

  static async start(options: SoakOptions): Promise<SoakRun> {
    const args = options.plant === undefined ? [] : [options.plant]
    const server = new Child<ServerTold>('server', programs.server, args)
    const target = await server.hears('listening')
    return new SoakRun(options, server, target)
  }

  async toTheEnd(): Promise<SoakReport> {
    const { seed, durationMs } = this.#options
    // What is made at the first use of something is no leak.
    await this.#loadFor(warmUpMs, seed + 1)
    const base = await this.#emptied()
    for (const witness of this.#witnesses) await witness.begin(this.#target)
    const samples: Sample[] = []
    const crews = await this.#loadFor(durationMs, seed, samples)
    await this.#hearWitnesses()
    const rest = await this.#emptied()
    const series = { base, samples, rest }
    return {
      ...series,
      crews,
      witnesses: this.#witnesses.map(({ name, numbers: { received, told } }) => ({
        name,
        received,
        told,
      })),
      failures: [...this.#failures(), ...judge(series)],
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const witness of this.#witnesses) await witness[Symbol.asyncDispose]()
    await this.#load[Symbol.asyncDispose]()
    await this.#server[Symbol.asyncDispose]()
  }

  async #loadFor(
    durationMs: number,
    seed: number,
    samples: Sample[] = [],
  ): Promise<readonly CrewReport[]> {
    const beganAt = performance.now()
    const target = this.#target
    const everyMs = Math.min(maxEveryMs, durationMs / minSamples)
    this.#load.tell({ ask: 'begin', target, seed })
    while (performance.now() - beganAt < durationMs && this.#failures().length === 0) {
      await later(everyMs)
      samples.push(await this.#sample())
      this.#tell(samples)
    }
    const { crews } = await this.#load.ask({ ask: 'end' }, 'done')
    return crews
  }

  async #sample(isThorough = false): Promise<Sample> {
    return (await this.#server.ask({ ask: 'sample', isThorough }, 'sample')).sample
  }

  /** Waits until nobody is left, and looks at all that is. */
  async #emptied(): Promise<Sample> {
    for (let patience = 60; patience > 0; patience -= 1) {
      const { counts } = await this.#sample()
      if (counts['connections'] === 0 && counts['handles TCPSocketWrap'] === undefined) break
      await later(500)
    }
    // What counts them down runs in turns of its own.
    await later(1_000)
    return this.#sample(true)
  }

  async #hearWitnesses(): Promise<void> {
    const { last } = await this.#server.ask({ ask: 'quiet' }, 'quiet')
    await Promise.all(this.#witnesses.map((witness) => witness.expect(last)))
    for (const witness of this.#witnesses) await witness[Symbol.asyncDispose]()
  }

  #failures(): readonly string[] {
    const all = [this.#server, this.#load, ...this.#witnesses]
    return all.flatMap(({ failure }) => failure ?? [])
  }

  #tell(samples: readonly Sample[]): void {
    const newest = samples.at(-1)
    if (newest === undefined) return
    const { heldBytes, residentBytes, counts } = newest
    this.#options.onProgress?.(
      `${(newest.atMs / 60_000).toFixed(1)} min: ${inMebibytes(heldBytes)} MiB held, ` +
        `${inMebibytes(residentBytes)} MiB resident, ${counts['connections']} connections, ` +
        `${counts['channels']} channels, ${counts['timers on the wheel']} timers on the wheel`,
    )
  }
}

const programs = {
  server: new URL('./server/soak-server.js', import.meta.url),
  load: new URL('./load/load-program.js', import.meta.url),
}

const warmUpMs = 5_000
const maxEveryMs = 10_000
const minSamples = 18
