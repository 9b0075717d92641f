/**
 * Raw line to coordinates: the test city file against Filebeat's expectations.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { enrich } from '../../src/server/enrich/enriched-event.ts'
import { GeoFile } from '../../src/server/enrich/geo-file.ts'
import type { Place } from '../../src/server/enrich/place.ts'
import { normalise } from '../../src/server/normalise/normalise.ts'
import { type Expected, readExpectedLines } from '../expected-lines.ts'
import { readMessage, readRecord } from '../read-line.ts'
import { describeWithSharedData, sharedPath } from '../shared-data.ts'

const files = [
  'iptables-log-geo.log',
  'iptables-log-iptables.log',
  'iptables-log-ipv6.log',
  'panw-panos-pan_inc_threat.log',
]

type Coordinates = readonly [latitude: number, longitude: number] | null

function expectedCoordinates(expected: Expected, side: 'source' | 'destination'): Coordinates {
  const latitude = expected[`${side}.geo.location.lat`]
  const longitude = expected[`${side}.geo.location.lon`]
  return latitude === undefined || longitude === undefined ? null : [latitude, longitude]
}

function coordinatesOf(place: Place | null): Coordinates {
  return place === null ? null : [place.latitude, place.longitude]
}

describeWithSharedData('coordinates', () => {
  let geo: GeoFile
  beforeAll(async () => {
    geo = await GeoFile.open(sharedPath('maxmind-testdb-mit/GeoLite2-City-Test.mmdb'))
  })
  afterAll(() => geo.close())

  /** The coordinates of the line's source and destination. */
  function locateEnds(text: string): Readonly<Record<string, Coordinates>> {
    const message = readMessage(text)
    const record = readRecord(text)
    if (record === undefined) throw new Error(`no record: ${text}`)
    const event = normalise(record, message, { receivedAt: 0, demo: false })
    if (event === null) throw new Error(`no event: ${text}`)
    const { from, to } = enrich(event, (address) => geo.locate(address))
    return {
      [event.attacker.address ?? '']: coordinatesOf(from),
      [event.victim.address ?? '']: coordinatesOf(to),
    }
  }

  it('equal the expectation on both sides of every line, located or not', () => {
    const lines = files.flatMap((name) => readExpectedLines(name))
    const located = lines.filter(
      ({ expected }) =>
        expectedCoordinates(expected, 'source') ?? expectedCoordinates(expected, 'destination'),
    )
    expect(located.length).toBe(77)
    for (const { text, expected } of lines) {
      const ends = locateEnds(text)
      for (const side of ['source', 'destination'] as const) {
        const address = expected[`${side}.ip`] ?? ''
        expect(ends[address]).toEqual(expectedCoordinates(expected, side))
      }
    }
  })
})
