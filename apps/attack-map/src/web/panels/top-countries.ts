/** The busiest countries of origin; choosing one narrows the page to it. */

import type { CountryCount } from '../../shared/stats.ts'
import { countryName } from '../model/attack-words.ts'
import type { CountryFilter } from '../model/country-filter.ts'
import { formatCount } from '../model/figures.ts'
import { elementOf, elementWith, setShown, setText } from './element.ts'

/** As many as the statistics carry. */
const rowCount = 10

/** The list on the page. */
export interface TopCountries {
  render(countries: readonly CountryCount[], filter: CountryFilter): void
}

/** Takes over the list of the page. Its rows are made once and reused. */
export function createTopCountries(onChoose: (country: string) => void): TopCountries {
  const list = elementOf('top-countries', HTMLOListElement)
  const empty = elementOf('top-countries-empty', HTMLElement)
  const rows = Array.from({ length: rowCount }, () => createRow(onChoose))
  list.append(...rows.map((row) => row.item))
  return {
    render(countries, filter) {
      const most = countries[0]?.count ?? 0
      setShown(empty, countries.length === 0)
      for (const [index, row] of rows.entries()) renderRow(row, countries[index], { filter, most })
    },
  }
}

interface Row {
  readonly item: HTMLLIElement
  readonly button: HTMLButtonElement
  readonly name: HTMLElement
  readonly count: HTMLElement
  readonly bar: HTMLElement
}

function createRow(onChoose: (country: string) => void): Row {
  const row: Row = {
    item: elementWith('li', 'country'),
    button: elementWith('button', 'country-button'),
    name: elementWith('span', 'country-name'),
    count: elementWith('span', 'country-count'),
    bar: elementWith('span', 'country-bar'),
  }
  row.button.type = 'button'
  row.button.append(row.name, row.count, row.bar)
  row.item.append(row.button)
  row.item.hidden = true
  row.button.addEventListener('click', () => onChoose(row.button.value))
  return row
}

function renderRow(
  row: Row,
  entry: CountryCount | undefined,
  { filter, most }: { readonly filter: CountryFilter; readonly most: number },
): void {
  setShown(row.item, entry !== undefined)
  if (entry === undefined) return
  row.button.value = entry.country
  row.button.ariaPressed = String(filter === entry.country)
  setText(row.name, countryName(entry.country))
  setText(row.count, formatCount(entry.count))
  row.bar.style.setProperty('inline-size', `${(entry.count / Math.max(1, most)) * 100}%`)
}
