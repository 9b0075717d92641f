import { describe, expect, it } from 'vitest'
import type { PublicAttack } from '../../shared/public-attack.ts'
import { filterOf, passes, searchWith } from './country-filter.ts'

const attackFrom = (country: string | null): PublicAttack => ({
  at: 0,
  from: country === null ? null : { country, latitude: 0, longitude: 0 },
  to: { country: 'DE', latitude: 51, longitude: 9 },
  class: 'scan',
  severity: 3,
  action: 'blocked',
  count: 1,
  demo: false,
})

describe('the country filter', () => {
  it.each([
    ['?country=CN', 'CN'],
    ['?home=1,2&country=cn', 'CN'],
    ['', null],
    ['?country=', null],
    ['?country=CHN', null],
    ['?country=<b>', null],
    ['?country=%E4%B8%AD', null],
  ])('reads %j as %j', (search, filter) => {
    expect(filterOf(search)).toBe(filter)
  })

  it('is written without disturbing other parameters', () => {
    expect(filterOf(searchWith('?wall=1', 'CN'))).toBe('CN')
    expect(searchWith('?wall=1', 'CN')).toBe('?wall=1&country=CN')
    expect(searchWith('?wall=1&country=CN', null)).toBe('?wall=1')
    expect(searchWith('?country=CN', null)).toBe('')
  })

  it('passes attacks by where they come from', () => {
    expect(passes('CN', attackFrom('CN'))).toBe(true)
    expect(passes('DE', attackFrom('CN'))).toBe(false)
    expect(passes('CN', attackFrom(null))).toBe(false)
    expect(passes(null, attackFrom(null))).toBe(true)
  })
})
