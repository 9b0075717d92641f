/**
 * What anybody may see of an event.
 *
 * Builds the public form field by field, so a field that is added to the event
 * stays inside until somebody publishes it here on purpose.
 */
import type { PublicAttack, PublicPlace } from '../shared/public-attack.ts'
import type { EnrichedEvent } from './enrich/enriched-event.ts'
import type { Place } from './enrich/place.ts'

/** The public form of an event: no address, no name, no place finer than a degree. */
export function redact({ event, from, to }: EnrichedEvent): PublicAttack {
  return {
    at: event.at,
    from: redactPlace(from),
    to: redactPlace(to),
    class: event.class,
    severity: event.severity,
    action: event.action,
    count: event.count,
    demo: event.demo,
  }
}

/** Null without a country: coordinates alone could be anybody's. */
function redactPlace(place: Place | null): PublicPlace | null {
  if (place === null || place.country === null) return null
  return {
    country: place.country,
    latitude: wholeDegrees(place.latitude),
    longitude: wholeDegrees(place.longitude),
  }
}

function wholeDegrees(degrees: number): number {
  // `Math.round` turns -0.4 into -0, which JSON and deep equality tell apart from 0.
  return Math.round(degrees) + 0
}
