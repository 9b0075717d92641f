/**
 * A place on the map, out of a record of a MaxMind-format file.
 *
 * Files differ: city files have coordinates, country files have not, and the
 * CC0 file spells the country `country_code`. All of them are input to check.
 */
import { countryPoint } from './country-points.ts'

/** Where an address is, as far as the file knows. */
export interface Place {
  /** ISO 3166-1 alpha-2, upper case; null when the file names no country. */
  readonly country: string | null
  /** Degrees north. */
  readonly latitude: number
  /** Degrees east. */
  readonly longitude: number
}

/** The place a record tells; null when it has neither coordinates nor a known country. */
export function placeOf(record: unknown): Place | null {
  const country = countryOf(record)
  const location = field(record, 'location')
  const latitude = field(location, 'latitude')
  const longitude = field(location, 'longitude')
  if (typeof latitude === 'number' && typeof longitude === 'number') {
    return { country, latitude, longitude }
  }
  const point = country === null ? undefined : countryPoint(country)
  return point === undefined ? null : { country, ...point }
}

function countryOf(record: unknown): string | null {
  const code = field(field(record, 'country'), 'iso_code') ?? field(record, 'country_code')
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : null
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}
