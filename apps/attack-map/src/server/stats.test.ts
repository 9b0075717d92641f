import { beforeEach, describe, expect, it } from 'vitest'
import { plainEvent } from '../../test/support/plain-event.ts'
import { statsSchema } from './channel-schemas.ts'
import type { EnrichedEvent } from './enrich/enriched-event.ts'
import type { SecurityEvent } from './normalise/security-event.ts'
import { AttackTally, type StatsContext } from './stats.ts'

const context: StatsContext = {
  lines: { received: 1, parsed: 1, unparsed: 0, filtered: 0, dropped: 0 },
  lastLineAt: null,
  feed: 'live',
}

function attack(country: string | null, fields: Partial<SecurityEvent> = {}): EnrichedEvent {
  return {
    event: { ...plainEvent, ...fields },
    from: country === null ? null : { country, latitude: 0, longitude: 0 },
    to: null,
  }
}

describe('AttackTally', () => {
  let now = 0
  let tally: AttackTally
  beforeEach(() => {
    now = 1_000_000
    tally = new AttackTally(() => now)
  })

  it('counts actions, classes and countries, repeat counts included', () => {
    tally.add(attack('NO', { count: 5 }))
    tally.add(attack('US', { action: 'allowed', class: 'brute-force' }))
    tally.add(attack(null))
    expect(tally.snapshot(context)).toMatchObject({
      since: 1_000_000,
      actions: { blocked: 6, allowed: 1, alerted: 0, unknown: 0 },
      classes: { scan: 6, 'brute-force': 1 },
      topCountries: [
        { country: 'NO', count: 5 },
        { country: 'US', count: 1 },
      ],
    })
  })

  it('lists the ten busiest countries', () => {
    const codes = ['AA', 'BB', 'CC', 'DD', 'EE', 'FF', 'GG', 'HH', 'II', 'JJ', 'KK', 'LL']
    for (const [index, country] of codes.entries()) tally.add(attack(country, { count: index + 1 }))
    const { topCountries } = tally.snapshot(context)
    expect(topCountries.map(({ country }) => country)).toEqual(codes.reverse().slice(0, 10))
  })

  it('rates the last ten seconds and forgets what is older', () => {
    tally.add(attack('NO', { count: 20 }))
    now += 9000
    tally.add(attack('NO', { count: 10 }))
    expect(tally.snapshot(context).ratePerSecond).toBe(3)
    now += 1000
    expect(tally.snapshot(context).ratePerSecond).toBe(1)
    now += 3_600_000
    expect(tally.snapshot(context).ratePerSecond).toBe(0)
  })

  it('begins anew after a reset', () => {
    tally.add(attack('NO'))
    now += 500
    tally.reset()
    expect(tally.snapshot(context)).toMatchObject({
      since: 1_000_500,
      actions: { blocked: 0 },
      topCountries: [],
      ratePerSecond: 0,
    })
  })

  it('makes snapshots that fit the schema and do not change afterwards', () => {
    tally.add(attack('NO'))
    const before = tally.snapshot(context)
    tally.add(attack('NO'))
    expect(statsSchema.parse(before)).toEqual(before)
    expect(before.actions.blocked).toBe(1)
  })
})
