/**
 * Addresses for generated traffic, found by asking the geo file.
 *
 * Many countries, the busy ones more often. A geo file that locates little
 * gives addresses without a place, as real traffic would.
 */
import type { Locate } from '../enrich/enriched-event.ts'
import { isInside } from '../normalise/address.ts'
import { between, pick, type Random } from './random.ts'

const samples = 20_000
const addressesPerCountry = 12

// How often each country is the origin; the rest of the world shares one ticket each.
const busyCountries: ReadonlyMap<string, number> = new Map([
  ['CN', 12],
  ['US', 10],
  ['RU', 9],
  ['IN', 6],
  ['BR', 6],
  ['NL', 5],
  ['VN', 5],
  ['DE', 4],
  ['KR', 4],
  ['ID', 4],
  ['SG', 4],
  ['HK', 4],
  ['TW', 3],
  ['IR', 3],
  ['UA', 3],
  ['FR', 3],
  ['GB', 3],
])

// The places that are attacked: one site a continent.
const siteCountries: readonly string[] = ['DE', 'US', 'BR', 'ZA', 'JP', 'AU']

/** Where generated traffic comes from and goes to; neither list is empty. */
export interface AddressPool {
  /** Attackers; an address may be listed more than once. */
  readonly attackers: readonly string[]
  /** The public addresses of the attacked sites. */
  readonly sites: readonly string[]
}

/** Fills a pool; takes some ten thousand look-ups, once. */
export function fillAddressPool(locate: Locate, random: Random): AddressPool {
  const byCountry = sampleCountries(locate, random)
  const attackers = [...byCountry].flatMap(([country, addresses]) => {
    const tickets = busyCountries.get(country) ?? 1
    return Array.from({ length: tickets }, () => addresses).flat()
  })
  const sites = siteCountries.flatMap((country) => byCountry.get(country)?.slice(0, 1) ?? [])
  const anywhere = Array.from({ length: addressesPerCountry }, () => randomAddress(random))
  return {
    attackers: attackers.length > 0 ? attackers : anywhere,
    sites: sites.length > 0 ? sites : [pick(random, anywhere)],
  }
}

function sampleCountries(locate: Locate, random: Random): ReadonlyMap<string, string[]> {
  const byCountry = new Map<string, string[]>()
  for (let sample = 0; sample < samples; sample++) {
    const address = randomAddress(random)
    const country = locate(address)?.country ?? null
    if (country === null) continue
    const addresses = byCountry.get(country) ?? []
    if (addresses.length < addressesPerCountry) addresses.push(address)
    byCountry.set(country, addresses)
  }
  return byCountry
}

/** A unicast IPv4 address that is nobody's inside. */
function randomAddress(random: Random): string {
  const address = [
    between(random, 1, 223),
    between(random, 0, 255),
    between(random, 0, 255),
    between(random, 1, 254),
  ].join('.')
  return isInside(address) ? randomAddress(random) : address
}
