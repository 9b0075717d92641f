/**
 * What the page shows: the newest attacks, the last statistics, the freshness
 * of both and the filter. No DOM, no connection; times come in as arguments.
 */

import type { Stats } from '../../shared/stats.ts'
import { type CountryFilter, passes } from './country-filter.ts'
import { type Freshness, freshnessAt, nextSignals, noSignals, type Signal } from './freshness.ts'
import { takeOffDelayMs } from './pacing.ts'
import { RecentAttacks, type SeenAttack } from './recent-attacks.ts'
import { ServerClock } from './server-clock.ts'
import type { ShownAttack } from './shown-attack.ts'

/** How many attacks the page remembers: the server's whole history and some minutes on top. */
const rememberedAttacks = 2000

/** For how long after its arrival an attack may still be on the map: the wait and the flight. */
const onMapMs = 5000

/** The state of the page. */
export class Dashboard {
  readonly #recent = new RecentAttacks(rememberedAttacks)
  readonly #clock = new ServerClock()
  #signals = noSignals
  #stats: Stats | null = null
  #turns = 0
  #filter: CountryFilter
  #lastDemoAt = Number.NEGATIVE_INFINITY

  constructor(filter: CountryFilter) {
    this.#filter = filter
  }

  /** The country the page is narrowed to. */
  get filter(): CountryFilter {
    return this.#filter
  }

  /** The last statistics; null before the first. */
  get stats(): Stats | null {
    return this.#stats
  }

  /** When the page last heard anything, in local ms; null before that. */
  get heardAt(): number | null {
    return this.#signals.statsAt
  }

  /** Changes whenever an attack is added, or generated traffic comes or goes. */
  get revision(): number {
    return this.#recent.added + this.#turns
  }

  /** Narrows the page to a country, or opens it again with null. */
  narrow(filter: CountryFilter): void {
    this.#filter = filter
  }

  /** Takes in what the connection does. */
  hear(signal: Signal): void {
    if (signal.kind === 'lost') this.#clock.reset()
    this.#signals = nextSignals(this.#signals, signal)
  }

  /** Takes in statistics that arrived at a local time. */
  takeStats(stats: Stats, now: number): void {
    this.#clock.observe(stats.at, now)
    const showedGenerated = this.#showsGenerated
    this.#stats = stats
    if (this.#showsGenerated !== showedGenerated) this.#turns += 1
    const toLocal = now - this.#clock.at(now)
    const lastLineAt = stats.lastLineAt === null ? null : stats.lastLineAt + toLocal
    this.hear({ kind: 'stats', at: now, feed: stats.feed, lastLineAt })
  }

  /**
   * Takes in an attack that arrived at a local time.
   *
   * @returns how long to wait before it flies, in ms; null when it is not to be drawn
   */
  takeAttack(
    attack: ShownAttack,
    arrival: { readonly publishedAt: number; readonly now: number; readonly chance: number },
  ): number | null {
    const { publishedAt, now, chance } = arrival
    const ageMs = Math.max(0, this.#clock.at(now) - publishedAt)
    this.#recent.add(attack, publishedAt)
    this.hear({ kind: 'attack', publishedAt: now - ageMs })
    const delayMs = this.#isShown(attack) ? takeOffDelayMs(ageMs, chance) : null
    if (attack.demo && delayMs !== null) this.#lastDemoAt = now
    return delayMs
  }

  /**
   * The newest attacks that pass the filter, newest first. Generated ones are
   * among them only while the server generates: not beside real ones.
   */
  listed(limit: number): readonly SeenAttack[] {
    return this.#recent.newest(limit, (attack) => this.#isShown(attack))
  }

  /** How many of the remembered attacks would be listed. */
  countListed(): number {
    return this.#recent.count((attack) => this.#isShown(attack))
  }

  /** How fresh the data is at a local time. */
  freshness(now: number): Freshness {
    return freshnessAt(this.#signals, now)
  }

  /** True while the feed, the map or the given list shows generated traffic. */
  showsDemo(listed: readonly SeenAttack[], now: number): boolean {
    if (this.#stats?.feed === 'demo' || now - this.#lastDemoAt < onMapMs) return true
    return listed.some(({ attack }) => attack.demo)
  }
  /** Before the first statistics nobody knows; the badge says what is shown. */
  get #showsGenerated(): boolean {
    return this.#stats === null || this.#stats.feed === 'demo'
  }

  #isShown(attack: ShownAttack): boolean {
    return passes(this.#filter, attack) && (!attack.demo || this.#showsGenerated)
  }
}
