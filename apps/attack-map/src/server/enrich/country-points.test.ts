import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { geoContains, geoDistance } from 'd3-geo'
import type { FeatureCollection } from 'geojson'
import { feature } from 'topojson-client'
import { describe, expect, it } from 'vitest'
import { countryPoint, knownCountries } from './country-points.ts'
import { bundledGeoFile } from './geo-file.ts'

const atlas = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json')
const topology = JSON.parse(readFileSync(atlas, 'utf8'))
// `countries` is a collection, so `feature` makes one as well.
const world = feature(topology, topology.objects.countries) as unknown as FeatureCollection
const names = new Intl.DisplayNames('en', { type: 'region' })

/** The atlas and the standard spell most names alike; those can be checked. */
const drawn = [...knownCountries()].flatMap((country) => {
  const shape = world.features.find(({ properties }) => properties?.['name'] === names.of(country))
  return shape === undefined ? [] : [{ country, shape }]
})

describe('country points', () => {
  it('are known for more than 160 countries of the atlas', () => {
    expect(drawn.length).toBeGreaterThan(160)
  })

  it('lie in their country', () => {
    const outside = drawn.filter(({ country, shape }) => {
      const point = countryPoint(country)
      return point === undefined || !geoContains(shape, [point.longitude, point.latitude])
    })
    // Kiribati is spread over an ocean, and the atlas draws Monaco beside itself.
    expect(outside.map(({ country }) => country)).toEqual(['KI', 'MC'])
  })

  it.each([
    ['US', -98, 39],
    ['FR', 2.5, 46.5],
    ['NO', 9, 61],
    ['RU', 40, 56],
    ['NL', 5.3, 52.2],
    ['SG', 103.8, 1.3],
    ['HK', 114.2, 22.3],
    ['PT', -8.5, 39.5],
    ['CL', -70.7, -33.4],
    ['NZ', 175, -40],
  ])('put %s on its main land', (country, longitude, latitude) => {
    const point = countryPoint(country)
    const radians = geoDistance(
      [point?.longitude ?? 0, point?.latitude ?? 0],
      [longitude, latitude],
    )
    expect((radians * 180) / Math.PI).toBeLessThan(12)
  })

  it('are known for every country of the bundled geo file', () => {
    const bytes = readFileSync(bundledGeoFile()).toString('latin1')
    // The data section is short and ends where the metadata begins; `B` marks
    // a string of two bytes.
    const data = bytes.slice(0, bytes.lastIndexOf('MaxMind.com')).slice(-8000)
    const codes = new Set([...data.matchAll(/B([A-Z]{2})/g)].map((match) => match[1] ?? ''))
    expect(codes.size).toBeGreaterThan(240)
    expect([...codes].filter((code) => countryPoint(code) === undefined)).toEqual([])
  })

  it('are unknown for what is no country', () => {
    expect(countryPoint('QQ')).toBeUndefined()
    expect(countryPoint('')).toBeUndefined()
  })
})
