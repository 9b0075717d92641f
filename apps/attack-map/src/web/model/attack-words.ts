/** The words and marks an attack is told with on the page. */

import type { AttackAction, AttackClass, PublicPlace } from '../../shared/public-attack.ts'

/** What each class is called. */
export const classNames: Readonly<Record<AttackClass, string>> = {
  'brute-force': 'Brute force',
  scan: 'Scan',
  intrusion: 'Intrusion',
  malware: 'Malware',
  web: 'Web attack',
  policy: 'Policy',
  other: 'Other',
}

/** What each action is called. */
export const actionNames: Readonly<Record<AttackAction, string>> = {
  blocked: 'Blocked',
  allowed: 'Allowed',
  alerted: 'Alerted',
  unknown: 'Unknown',
}

const countryNames = new Intl.DisplayNames(['en'], { type: 'region', style: 'short' })

/** The short English name of a country (`US`, `Hong Kong`); a code nobody knows is shown as it is. */
export function countryName(code: string): string {
  try {
    return countryNames.of(code) ?? code
  } catch {
    return code
  }
}

/** The country of a place, or what to call a place that is not on the map. */
export function placeName(place: PublicPlace | null, unlocated: string): string {
  return place === null ? unlocated : countryName(place.country)
}
