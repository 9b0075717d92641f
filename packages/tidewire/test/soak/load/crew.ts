import { setMaxListeners } from 'node:events'
import { setTimeout as later } from 'node:timers/promises'
import { SeededRandom } from 'tidewire/testing'
import type { CrewReport, Target } from '../messages.ts'

/** Clients of one kind: so many at a time, each of them coming, leaving and coming again. */
export interface Crew {
  readonly name: string
  readonly size: number
  /** At most how long one stays away; ms. */
  readonly restMs: number
  /** One coming and going. May reject: that is an outcome, too. */
  readonly visit: (scene: Scene) => Promise<void>
}

/** What a visit works with. */
export interface Scene {
  readonly target: Target
  readonly random: SeededRandom
  /** Counts what has happened, by what it was. */
  readonly tell: (outcome: string) => void
  /** Passes time; shorter when the soak ends. Never rejects. */
  readonly rest: (ms: number) => Promise<void>
}

/** Sets them all to work, until they are told to end. */
export class Crews {
  readonly #ending = new AbortController()
  readonly #working: readonly Promise<CrewReport>[]

  constructor(crews: readonly Crew[], target: Target, seed: number) {
    const random = new SeededRandom(seed)
    // Each member listens while it rests.
    setMaxListeners(0, this.#ending.signal)
    this.#working = crews.map((crew) => this.#work(crew, target, random.fork()))
  }

  /** Begins no visit any more; resolves when the last is over. */
  end(): Promise<readonly CrewReport[]> {
    this.#ending.abort()
    return Promise.all(this.#working)
  }

  async #work(crew: Crew, target: Target, random: SeededRandom): Promise<CrewReport> {
    const outcomes = new Map<string, number>()
    let visits = 0
    const tell = (outcome: string) => {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    const { signal } = this.#ending
    const rest = (ms: number) => later(ms, undefined, { signal }).catch(() => undefined)
    const member = async (own: SeededRandom) => {
      while (!signal.aborted) {
        await rest(own.integer(0, crew.restMs))
        visits += 1
        await crew.visit({ target, random: own, tell, rest }).catch((cause) => tell(nameOf(cause)))
      }
    }
    await Promise.all(Array.from({ length: crew.size }, () => member(random.fork())))
    return { name: crew.name, visits, outcomes: Object.fromEntries(outcomes) }
  }
}

function nameOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause ? String(cause.code) : `${cause.name}: ${cause.message}`
}
