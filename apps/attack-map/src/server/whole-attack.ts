/**
 * What a signed-in operator sees of an event: all of it.
 */
import type { OperatorAttack } from '../shared/operator-attack.ts'
import type { PublicPlace } from '../shared/public-attack.ts'
import type { EnrichedEvent } from './enrich/enriched-event.ts'
import type { Place } from './enrich/place.ts'

// ISO 3166-1 keeps it free; CLDR calls it an unknown region.
const unknownCountry = 'ZZ'

/** The operator's form of an event. */
export function wholeAttack({ event, from, to }: EnrichedEvent): OperatorAttack {
  return {
    at: event.at,
    from: exactPlace(from),
    to: exactPlace(to),
    class: event.class,
    severity: event.severity,
    action: event.action,
    count: event.count,
    demo: event.demo,
    detail: {
      attacker: event.attacker,
      victim: event.victim,
      user: event.user,
      device: event.device,
      vendor: event.vendor,
      direction: event.direction,
      service: event.service,
      signature: event.signature,
    },
  }
}

function exactPlace(place: Place | null): PublicPlace | null {
  return place === null ? null : { ...place, country: place.country ?? unknownCountry }
}
