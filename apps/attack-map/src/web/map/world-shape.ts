/** The outline of the world: bundled data turned into what the base layer draws. */

import type { ExtendedFeatureCollection } from 'd3-geo'
import type { MultiLineString } from 'geojson'
import { feature, mesh } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'

/** ISO 3166-1 numeric of Antarctica, which no map of networks needs. */
const antarctica = '010'

/** The `world-atlas` file, as far as it is used. */
export type WorldTopology = Topology<{ countries: GeometryCollection }>

/** Land and the borders on it. */
export interface WorldShape {
  readonly land: ExtendedFeatureCollection
  /** Borders between two countries; coasts are not among them. */
  readonly borders: MultiLineString
}

/** The world without Antarctica. */
export function worldShape(topology: WorldTopology): WorldShape {
  const countries: GeometryCollection = {
    type: 'GeometryCollection',
    geometries: topology.objects.countries.geometries.filter(({ id }) => id !== antarctica),
  }
  return {
    land: feature(topology, countries),
    borders: mesh(topology, countries, (one, other) => one !== other),
  }
}
