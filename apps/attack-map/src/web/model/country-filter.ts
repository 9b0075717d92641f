/**
 * Which country of origin the page is narrowed to, as the address bar says it.
 *
 * The URL is the only place the filter is kept, so a link, a reload and the
 * back button all show the same picture.
 */

import type { PublicAttack } from '../../shared/public-attack.ts'

/** ISO 3166-1 alpha-2 of the country whose attacks are shown; null shows all. */
export type CountryFilter = string | null

const parameter = 'country'

/** Reads the filter from a query string such as `?country=CN`; what is no country code is no filter. */
export function filterOf(search: string): CountryFilter {
  const code = new URLSearchParams(search).get(parameter)?.toUpperCase() ?? ''
  return /^[A-Z]{2}$/.test(code) ? code : null
}

/** The query string with the filter put in or taken out, everything else in it kept. */
export function searchWith(search: string, filter: CountryFilter): string {
  const parameters = new URLSearchParams(search)
  if (filter === null) parameters.delete(parameter)
  else parameters.set(parameter, filter)
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** True when the attack came from the country, or when there is no filter. */
export function passes(filter: CountryFilter, attack: PublicAttack): boolean {
  return filter === null || attack.from?.country === filter
}
