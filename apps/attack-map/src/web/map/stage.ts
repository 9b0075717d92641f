/**
 * Where things are on the stage: the projection, the home point and the edge.
 *
 * One stage belongs to one size; a resize makes a new one.
 */

import { type ExtendedFeatureCollection, type GeoProjection, geoNaturalEarth1 } from 'd3-geo'
import type { PublicPlace } from '../../shared/public-attack.ts'
import type { HomePoint } from '../model/home-point.ts'

/** A point in pixels of the layer from the top left corner of the stage. */
export type ScreenPoint = readonly [x: number, y: number]

/** The size of the stage in pixels of the layer. */
export interface StageSize {
  readonly width: number
  readonly height: number
}

/** The part of the height below the map that belongs to home and to unlocated sources. */
const footShare = 0.13

/** The stage at one size. */
export class Stage {
  readonly width: number
  readonly height: number
  /** The projection, fitted; for drawing the base layer. */
  readonly projection: GeoProjection
  /** Where attacks on unlocated victims land. */
  readonly home: ScreenPoint

  constructor(size: StageSize, land: ExtendedFeatureCollection, home: HomePoint | null) {
    this.width = size.width
    this.height = size.height
    this.projection = fitted(size, land)
    this.home =
      home === null
        ? [size.width / 2, size.height * (1 - footShare / 2)]
        : this.#project(home.longitude, home.latitude)
  }

  /** A located place on the screen. */
  locate(place: PublicPlace): ScreenPoint {
    return this.#project(place.longitude, place.latitude)
  }

  /** Where an unlocated attacker comes in: on the bottom edge. @param chance 0 to below 1 */
  entry(chance: number): ScreenPoint {
    return [this.width * (0.06 + 0.88 * chance), this.height]
  }

  #project(longitude: number, latitude: number): ScreenPoint {
    return this.projection([longitude, latitude]) ?? [this.width / 2, this.height]
  }
}

function fitted({ width, height }: StageSize, land: ExtendedFeatureCollection): GeoProjection {
  const margin = Math.round(width * 0.012)
  const bottom = Math.max(margin + 1, height * (1 - footShare))
  // 11° E puts the seam into the Bering Strait, so that no land is cut in two.
  return geoNaturalEarth1()
    .rotate([-11, 0])
    .fitExtent(
      [
        [margin, margin],
        [Math.max(margin + 1, width - margin), bottom],
      ],
      land,
    )
}
