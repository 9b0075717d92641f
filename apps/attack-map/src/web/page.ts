/**
 * Puts the model on the screen: panels a few times a second, the filter at once.
 *
 * Holds no state of its own beyond what was last drawn.
 */

import { type CountryFilter, filterOf, searchWith } from './model/country-filter.ts'
import type { Dashboard } from './model/dashboard.ts'
import { createConnectionPanel } from './panels/connection.ts'
import { createCounters } from './panels/counters.ts'
import { createDemoBadge } from './panels/demo-badge.ts'
import { createEventList, listedAttacks } from './panels/event-list.ts'
import { createFilterChip } from './panels/filter-chip.ts'
import { createTopCountries } from './panels/top-countries.ts'

/** The panels of the page, drawn from a dashboard. */
export class Page {
  readonly #dashboard: Dashboard
  readonly #onNarrow: () => void
  readonly #counters = createCounters()
  readonly #connection = createConnectionPanel()
  readonly #demo = createDemoBadge()
  readonly #countries = createTopCountries((country) => this.#toggle(country))
  readonly #events = createEventList((country) => this.#toggle(country))
  readonly #chip = createFilterChip(() => this.#choose(null))
  #listed: ReturnType<Dashboard['listed']> = []
  #drawnRevision = -1

  /** @param onNarrow called when the filter changed: what is on the map belongs to the old one */
  constructor(dashboard: Dashboard, onNarrow: () => void) {
    this.#dashboard = dashboard
    this.#onNarrow = onNarrow
    window.addEventListener('popstate', () => this.#narrow(filterOf(location.search)))
  }

  /** Draws what changed. @param now local time in ms since the epoch */
  render(now: number): void {
    const { stats, filter } = this.#dashboard
    if (stats !== null) {
      this.#counters.render(stats)
      this.#countries.render(stats.topCountries, filter)
    }
    if (!this.#events.held) this.#renderAttacks()
    this.#connection.render(this.#dashboard.freshness(now), now)
    this.#demo.render(this.#dashboard.showsDemo(this.#listed, now))
  }

  #renderAttacks(): void {
    const { revision, filter } = this.#dashboard
    if (revision === this.#drawnRevision) return
    this.#drawnRevision = revision
    this.#listed = this.#dashboard.listed(listedAttacks)
    this.#events.render(this.#listed)
    this.#chip.render(filter, filter === null ? 0 : this.#dashboard.countListed())
  }

  #toggle(country: string): void {
    this.#choose(this.#dashboard.filter === country ? null : country)
  }

  #choose(filter: CountryFilter): void {
    const search = searchWith(location.search, filter)
    history.pushState(null, '', `${location.pathname}${search}${location.hash}`)
    this.#narrow(filter)
  }

  #narrow(filter: CountryFilter): void {
    this.#dashboard.narrow(filter)
    this.#drawnRevision = -1
    this.#renderAttacks()
    this.#onNarrow()
    this.render(Date.now())
  }
}
