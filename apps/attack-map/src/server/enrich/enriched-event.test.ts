import { expect, it } from 'vitest'
import { plainEvent } from '../../../test/support/plain-event.ts'
import type { SecurityEvent } from '../normalise/security-event.ts'
import { enrich } from './enriched-event.ts'
import type { Place } from './place.ts'

const place: Place = { country: 'NO', latitude: 61, longitude: 9 }

function eventBetween(attacker: string | null, victim: string | null): SecurityEvent {
  return {
    ...plainEvent,
    attacker: { address: attacker, port: null },
    victim: { address: victim, port: null },
  }
}

it('asks for the place of both sides', () => {
  const asked: string[] = []
  const locate = (address: string) => {
    asked.push(address)
    return place
  }
  expect(enrich(eventBetween('8.8.8.8', '::ffff:9.9.9.9'), locate)).toMatchObject({
    from: place,
    to: place,
  })
  expect(asked).toEqual(['8.8.8.8', '9.9.9.9'])
})

it('has no place for a side without an address', () => {
  expect(enrich(eventBetween(null, null), () => place)).toMatchObject({ from: null, to: null })
})

it('does not believe a geo file that places private addresses', () => {
  const event = eventBetween('192.168.1.1', '2001:db8::1')
  expect(enrich(event, () => place)).toMatchObject({ from: null, to: null })
})
