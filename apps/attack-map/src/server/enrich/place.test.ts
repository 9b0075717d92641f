import { expect, it } from 'vitest'
import { placeOf } from './place.ts'

it('takes coordinates from a city record', () => {
  const record = {
    country: { iso_code: 'GB' },
    location: { latitude: 51.5142, longitude: -0.0931 },
  }
  expect(placeOf(record)).toEqual({ country: 'GB', latitude: 51.5142, longitude: -0.0931 })
})

it.each([{ country_code: 'NO' }, { country: { iso_code: 'NO' } }])(
  'puts %j at the main point of its country',
  (record) => {
    expect(placeOf(record)).toEqual({ country: 'NO', latitude: 61.2, longitude: 9 })
  },
)

it('keeps coordinates without a country', () => {
  expect(placeOf({ location: { latitude: 1, longitude: 2 } })).toEqual({
    country: null,
    latitude: 1,
    longitude: 2,
  })
})

it.each([
  null,
  undefined,
  'US',
  {},
  { country_code: 'QQ' },
  { country_code: 'us' },
  { country_code: 7 },
  { country: null, location: null },
  { location: { latitude: '1', longitude: 2 } },
  { country: { iso_code: 'constructor' } },
])('has no place for %j', (record) => {
  expect(placeOf(record)).toBeNull()
})
