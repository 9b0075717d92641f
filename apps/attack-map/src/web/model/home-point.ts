/**
 * Where attacks on unlocated victims land.
 *
 * Most victims have private addresses: they are the site this screen watches.
 * `?home=LATITUDE,LONGITUDE` says where that is; without it the page draws them
 * to a neutral mark below the map, never to a place nobody named.
 */

/** A point on the globe, in degrees. */
export interface HomePoint {
  readonly latitude: number
  readonly longitude: number
}

/** Reads the home point from a query string; null when absent or not on the globe. */
export function homePointOf(search: string): HomePoint | null {
  const text = new URLSearchParams(search).get('home') ?? ''
  const match = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text)
  if (match === null) return null
  const latitude = Number(match[1])
  const longitude = Number(match[2])
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null
  return { latitude, longitude }
}
