import fc from 'fast-check'
import { expect, it } from 'vitest'
import { publicAttackSchema } from './channel-schemas.ts'
import type { EnrichedEvent } from './enrich/enriched-event.ts'
import type { Place } from './enrich/place.ts'
import { redact } from './redact.ts'

const secret = 'secret'

function enriched(from: Place | null, to: Place | null): EnrichedEvent {
  return {
    event: {
      at: 1,
      vendor: 'panos',
      device: secret,
      attacker: { address: secret, port: 4711 },
      victim: { address: secret, port: 4711 },
      user: secret,
      direction: 'inbound',
      action: 'blocked',
      class: 'malware',
      severity: 9,
      service: secret,
      signature: secret,
      count: 3,
      demo: false,
    },
    from,
    to,
  }
}

it('publishes what the event says and where, by the degree', () => {
  const from = { country: 'GB', latitude: 51.5142, longitude: -0.0931 }
  expect(redact(enriched(from, null))).toEqual({
    at: 1,
    from: { country: 'GB', latitude: 52, longitude: 0 },
    to: null,
    class: 'malware',
    severity: 9,
    action: 'blocked',
    count: 3,
    demo: false,
  })
})

it('gives no place that has no country', () => {
  const nowhere = { country: null, latitude: 1, longitude: 2 }
  expect(redact(enriched(nowhere, nowhere))).toMatchObject({ from: null, to: null })
})

it('never lets an address, a name or a port out, and always fits the schema', () => {
  const place = fc.option(
    fc.record({
      country: fc.option(fc.constantFrom('NO', 'US', 'SG')),
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    }),
  )
  fc.assert(
    fc.property(place, place, (from, to) => {
      const attack = redact(enriched(from, to))
      expect(JSON.stringify(attack)).not.toMatch(/secret|4711/)
      expect(publicAttackSchema.parse(attack)).toEqual(attack)
      for (const end of [attack.from, attack.to]) {
        expect(Object.is(end?.latitude, -0) || Object.is(end?.longitude, -0)).toBe(false)
      }
    }),
  )
})
