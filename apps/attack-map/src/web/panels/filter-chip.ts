/** The country the page is narrowed to, with the way back to everything. */

import { countryName } from '../model/attack-words.ts'
import type { CountryFilter } from '../model/country-filter.ts'
import { formatCount } from '../model/figures.ts'
import { elementOf, setShown, setText } from './element.ts'

/** The chip on the page. */
export interface FilterChip {
  /** @param shown how many of the kept attacks pass the filter */
  render(filter: CountryFilter, shown: number): void
}

/** Takes over the chip of the page. */
export function createFilterChip(onClear: () => void): FilterChip {
  const chip = elementOf('filter', HTMLElement)
  const country = elementOf('filter-country', HTMLElement)
  const count = elementOf('filter-count', HTMLElement)
  elementOf('filter-clear', HTMLButtonElement).addEventListener('click', onClear)
  return {
    render(filter, shown) {
      setShown(chip, filter !== null)
      if (filter === null) return
      setText(country, countryName(filter))
      setText(count, shown === 1 ? '1 recent attack' : `${formatCount(shown)} recent attacks`)
    },
  }
}
