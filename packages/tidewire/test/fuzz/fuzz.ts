import { setTimeout as later } from 'node:timers/promises'
import { attack } from './attack.ts'
import { caseOf, endpoints, type FuzzCase, type Surface } from './fuzz-case.ts'
import type { ServerState } from './server-messages.ts'
import { ServerUnderFire } from './server-under-fire.ts'
import { findGuilty, kills, stalls } from './suspects.ts'
import { Witness } from './witness.ts'

/**
 * Attacks a real server with mutated handshakes, frames, requests and bytes, for a time.
 *
 * What has to hold: the process lives, nothing goes uncaught and nothing of our
 * own fails; witnesses at each endpoint get every event in order; no input holds the event loop up for
 * 50 ms; nothing is left of connections that are gone, and memory is flat.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  await using run = await FuzzRun.start(options)
  // Awaited here: what is returned otherwise outlives the server.
  return await run.toTheEnd()
}

export interface FuzzOptions {
  readonly seed: number
  readonly durationMs: number
  /** What is attacked. Default all of it. */
  readonly surface?: Surface
  /** Told now and then how it goes. */
  readonly onProgress?: (line: string) => void
}

export interface FuzzReport {
  readonly cases: number
  /** What did not hold; empty when all did. */
  readonly failures: readonly string[]
  /** How often the event loop was held up for 50 ms or more, by whatever. */
  readonly stallCount: number
  /** After each fifth. */
  readonly states: readonly ServerState[]
}

class FuzzRun implements AsyncDisposable {
  readonly #options: FuzzOptions
  readonly #server: ServerUnderFire
  readonly #witnesses: readonly Witness[]
  readonly #running = new Set<number>()
  readonly #stallSuspects = new Set<number>()
  readonly #failures: string[] = []
  readonly #states: ServerState[] = []
  #recent: readonly number[] = []
  #stallCount = 0
  #cases = 0

  private constructor(
    options: FuzzOptions,
    server: ServerUnderFire,
    witnesses: readonly Witness[],
  ) {
    this.#options = options
    this.#server = server
    this.#witnesses = witnesses
    server.onStall = (ms) => this.#onStall(ms)
  }

  static async start(options: FuzzOptions): Promise<FuzzRun> {
    const server = await ServerUnderFire.start()
    const witnesses: Witness[] = []
    for (const path of endpoints) witnesses.push(await Witness.connect(server.port, path))
    return new FuzzRun(options, server, witnesses)
  }

  async toTheEnd(): Promise<FuzzReport> {
    for (let fifth = 1; fifth <= 5 && this.#isWell; fifth += 1) {
      await this.#attackUntil(performance.now() + this.#options.durationMs / 5)
      if (this.#isWell) await this.#takeStock(fifth)
    }
    if (this.#isWell) await this.#hearWitnesses()
    await this.#accuse()
    return {
      cases: this.#cases,
      failures: this.#failures,
      stallCount: this.#stallCount,
      states: this.#states,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const witness of this.#witnesses) await witness[Symbol.asyncDispose]()
    await this.#server[Symbol.asyncDispose]()
  }

  get #isWell(): boolean {
    return this.#server.failure === null && this.#witnesses.every(({ failure }) => failure === null)
  }

  async #attackUntil(deadline: number): Promise<void> {
    const work = async () => {
      while (performance.now() < deadline && this.#isWell) {
        const index = this.#cases
        this.#cases += 1
        await this.#attack(this.#caseOf(index))
      }
    }
    await Promise.all(Array.from({ length: attackers }, work))
  }

  async #attack(fuzzCase: FuzzCase): Promise<void> {
    this.#running.add(fuzzCase.index)
    await attack(this.#server.port, fuzzCase)
    this.#running.delete(fuzzCase.index)
    this.#recent = [...this.#recent, fuzzCase.index].slice(-recentCases)
  }

  /** Waits until nobody is left, and looks at what is. */
  async #takeStock(fifth: number): Promise<void> {
    const witnesses = this.#witnesses.length
    const deadline = performance.now() + patienceMs
    let state = await this.#server.state()
    while (
      (state.sockets > witnesses || state.connections > witnesses) &&
      performance.now() < deadline
    ) {
      await later(100)
      state = await this.#server.state()
    }
    if (state.sockets > witnesses || state.connections > witnesses) {
      this.#failures.push(
        `${state.sockets} sockets and ${state.connections} connections are open, and ${witnesses} are right`,
      )
    }
    this.#states.push(state)
    const { stalls: held, heldBytes } = state
    this.#options.onProgress?.(
      `${fifth}/5: ${this.#cases} cases, ${inMebibytes(heldBytes)} MiB held, ` +
        `event loop held up ${held.p9999.toFixed(1)} ms (99.99 %), ${held.max.toFixed(1)} ms at most`,
    )
  }

  async #hearWitnesses(): Promise<void> {
    const last = await this.#server.quiet()
    for (const witness of this.#witnesses) await witness.expect(last)
    const [first] = this.#states
    const end = this.#states.at(-1)
    if (first === undefined || end === undefined) return
    const grown = end.heldBytes - first.heldBytes
    if (grown > maxGrownBytes) {
      this.#failures.push(`memory has grown by ${inMebibytes(grown)} MiB since the first fifth`)
    }
  }

  /** Says what went wrong, and which case it was, as far as that can be found. */
  async #accuse(): Promise<void> {
    for (const { failure } of this.#witnesses) if (failure !== null) this.#failures.push(failure)
    if (this.#server.failure !== null) {
      const suspects = [...this.#running, ...this.#recent.toReversed()]
      const guilty = await findGuilty(
        suspects.map((index) => this.#caseOf(index)),
        kills,
      )
      const culprit = guilty ?? `none of the cases ${suspects.join(', ')} alone`
      this.#failures.push(`${this.#server.failure}\n${culprit}`)
    }
    const suspects = [...this.#stallSuspects]
    const slow = await findGuilty(
      suspects.map((index) => this.#caseOf(index)),
      stalls,
    )
    if (slow !== null) this.#failures.push(`the event loop is held up by ${slow}`)
  }

  #caseOf(index: number): FuzzCase {
    return caseOf(this.#options.seed, index, this.#options.surface)
  }

  #onStall(ms: number): void {
    this.#stallCount += 1
    this.#options.onProgress?.(`the event loop was held up for ${ms.toFixed(1)} ms`)
    for (const index of this.#running) this.#stallSuspects.add(index)
  }
}

function inMebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}

const attackers = 8
const recentCases = 16
const patienceMs = 15_000
const maxGrownBytes = 8 * 2 ** 20
