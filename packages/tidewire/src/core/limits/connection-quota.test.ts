import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConnectionQuota, type Place, type Refused } from './connection-quota.ts'

describe('places', () => {
  it('end where an address has as many as it may, and others have theirs', () => {
    const quota = new ConnectionQuota({ maxConnections: 10, maxConnectionsPerAddress: 2 })
    const place = placeIn(quota, '192.0.2.1')
    placeIn(quota, '::ffff:192.0.2.1')
    expect(quota.reserve('192.0.2.1')).toBe('address')
    placeIn(quota, '192.0.2.2')
    place.giveBack()
    placeIn(quota, '192.0.2.1')
    expect(quota.reserve('192.0.2.1')).toBe('address')
  })

  it('end for all where the node has as many as it may', () => {
    const quota = new ConnectionQuota({ maxConnections: 2, maxConnectionsPerAddress: 2 })
    const place = placeIn(quota, '192.0.2.1')
    placeIn(quota, '192.0.2.2')
    expect(quota.reserve('192.0.2.3')).toBe('node')
    expect(quota.reserve('192.0.2.1')).toBe('node')
    place.giveBack()
    placeIn(quota, '192.0.2.3')
  })

  it('count only together for those whose address nobody knows', () => {
    const quota = new ConnectionQuota({ maxConnections: 3, maxConnectionsPerAddress: 1 })
    for (let count = 0; count < 3; count += 1) placeIn(quota, 'unknown')
    expect(quota.reserve('unknown')).toBe('node')
  })

  it('are one network for IPv6', () => {
    const quota = new ConnectionQuota({ maxConnections: 10, maxConnectionsPerAddress: 1 })
    placeIn(quota, '2001:db8::1')
    expect(quota.reserve('2001:db8::2')).toBe('address')
    placeIn(quota, '2001:db8:0:1::2')
  })

  it('are never more than may be, and all come back, in whatever order', () => {
    const address = fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3', 'unknown')
    const step = fc.oneof(address, fc.nat({ max: 20 }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const quota = new ConnectionQuota({ maxConnections: 8, maxConnectionsPerAddress: 3 })
        const held: Held[] = []
        for (const step of steps) {
          if (typeof step === 'number') giveBackAt(held, step)
          else reserveAs(expectedFor(step, held), quota, { held, step })
          expect(quota.taken).toBe(held.length)
        }
      }),
    )
  })
})

interface Held {
  readonly of: string
  readonly place: Place
}

function giveBackAt(held: Held[], index: number): void {
  for (const { place } of held.splice(index, 1)) place.giveBack()
}

/** What 8 places in all and 3 for each leave to one more. */
function expectedFor(address: string, held: readonly Held[]): Refused | 'place' {
  if (held.length >= 8) return 'node'
  const ofAddress = held.filter(({ of }) => of === address).length
  return address !== 'unknown' && ofAddress >= 3 ? 'address' : 'place'
}

function reserveAs(
  expected: Refused | 'place',
  quota: ConnectionQuota,
  { held, step }: { readonly held: Held[]; readonly step: string },
): void {
  const place = quota.reserve(step)
  expect(typeof place === 'string' ? place : 'place').toBe(expected)
  if (typeof place !== 'string') held.push({ of: step, place })
}

function placeIn(quota: ConnectionQuota, address: string): Place {
  const place = quota.reserve(address)
  if (typeof place === 'string') throw new Error(`no place for ${address}: ${place}`)
  return place
}
