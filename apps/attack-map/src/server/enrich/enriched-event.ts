/**
 * A security event with the places of its two sides.
 */
import { isGlobal, plainAddress } from '../normalise/address.ts'
import type { Endpoint, SecurityEvent } from '../normalise/security-event.ts'
import type { Place } from './place.ts'

/** What the bus carries. */
export interface EnrichedEvent {
  readonly event: SecurityEvent
  /** Where the attacker is; null when its address is private, unknown or not located. */
  readonly from: Place | null
  /** Where the victim is; null likewise. */
  readonly to: Place | null
}

/** Finds the place of an address; null when there is none. */
export type Locate = (address: string) => Place | null

/** Adds the places. */
export function enrich(event: SecurityEvent, locate: Locate): EnrichedEvent {
  return {
    event,
    from: placeOfEndpoint(event.attacker, locate),
    to: placeOfEndpoint(event.victim, locate),
  }
}

function placeOfEndpoint({ address }: Endpoint, locate: Locate): Place | null {
  return address !== null && isGlobal(address) ? locate(plainAddress(address)) : null
}
