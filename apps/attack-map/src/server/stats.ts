/**
 * The figures beside the map: attacks by action, class and country, and a rate.
 *
 * Memory is bounded by the number of countries and a ring of ten seconds.
 */
import type { AttackAction, AttackClass } from '../shared/public-attack.ts'
import type { CountryCount, Stats } from '../shared/stats.ts'
import type { EnrichedEvent } from './enrich/enriched-event.ts'

const rateSeconds = 10
const topCountryCount = 10

/** What the tally does not count itself. */
export type StatsContext = Pick<Stats, 'lines' | 'lastLineAt' | 'feed'>

/** Counts events; `snapshot` makes the payload of the `stats` channel. */
export class AttackTally {
  readonly #now: () => number
  readonly #perSecond = Array.from({ length: rateSeconds }, () => ({ second: 0, count: 0 }))
  readonly #countries = new Map<string, number>()
  #actions = noActions()
  #classes = noClasses()
  #since: number

  /** `now`: this server's clock, in ms since the epoch. */
  constructor(now: () => number) {
    this.#now = now
    this.#since = now()
  }

  /** Counts one event, as often as its device saw it. */
  add({ event, from }: EnrichedEvent): void {
    this.#actions[event.action] += event.count
    this.#classes[event.class] += event.count
    this.#bucket(this.#second()).count += event.count
    const country = from?.country ?? null
    if (country !== null) {
      this.#countries.set(country, (this.#countries.get(country) ?? 0) + event.count)
    }
  }

  /** Begins anew: figures of generated traffic do not mix with real ones. */
  reset(): void {
    this.#actions = noActions()
    this.#classes = noClasses()
    this.#countries.clear()
    for (const bucket of this.#perSecond) bucket.count = 0
    this.#since = this.#now()
  }

  /** The figures as they are now. */
  snapshot(context: StatsContext): Stats {
    return {
      at: this.#now(),
      since: this.#since,
      lines: context.lines,
      actions: { ...this.#actions },
      classes: { ...this.#classes },
      ratePerSecond: this.#rate(),
      topCountries: this.#topCountries(),
      lastLineAt: context.lastLineAt,
      feed: context.feed,
    }
  }

  #second(): number {
    return Math.floor(this.#now() / 1000)
  }

  #bucket(second: number): { count: number } {
    // The index is within the ring by construction.
    const bucket = this.#perSecond[second % rateSeconds] as { second: number; count: number }
    if (bucket.second !== second) {
      bucket.second = second
      bucket.count = 0
    }
    return bucket
  }

  #rate(): number {
    const oldest = this.#second() - rateSeconds
    let count = 0
    for (const bucket of this.#perSecond) if (bucket.second > oldest) count += bucket.count
    return count / rateSeconds
  }

  #topCountries(): readonly CountryCount[] {
    return [...this.#countries]
      .map(([country, count]) => ({ country, count }))
      .sort((a, b) => b.count - a.count || a.country.localeCompare(b.country))
      .slice(0, topCountryCount)
  }
}

function noActions(): Record<AttackAction, number> {
  return { blocked: 0, allowed: 0, alerted: 0, unknown: 0 }
}

function noClasses(): Record<AttackClass, number> {
  return { 'brute-force': 0, scan: 0, intrusion: 0, malware: 0, web: 0, policy: 0, other: 0 }
}
