/**
 * The still picture under the arcs: land, borders and the home mark.
 *
 * Drawn once per size of the stage and never per frame.
 */

import { geoPath } from 'd3-geo'
import type { LayerSize } from './arc-layer.ts'
import type { Stage } from './stage.ts'
import type { WorldShape } from './world-shape.ts'

/** The colours of the base layer. */
export interface BaseColours {
  readonly land: string
  readonly border: string
  readonly coast: string
  readonly mark: string
}

/** Draws the base layer, replacing what was there. */
export function drawBaseLayer(
  canvas: HTMLCanvasElement,
  scene: {
    readonly stage: Stage
    readonly world: WorldShape
    readonly size: LayerSize
    readonly colours: BaseColours
  },
): void {
  const { stage, world, size, colours } = scene
  canvas.width = Math.round(size.width * size.pixelRatio)
  canvas.height = Math.round(size.height * size.pixelRatio)
  const context = canvas.getContext('2d')
  if (context === null) return
  context.setTransform(size.pixelRatio, 0, 0, size.pixelRatio, 0, 0)
  const path = geoPath(stage.projection, context)
  context.lineJoin = 'round'
  context.beginPath()
  path(world.land)
  context.fillStyle = colours.land
  context.fill()
  context.strokeStyle = colours.coast
  context.lineWidth = 0.8
  context.stroke()
  context.beginPath()
  path(world.borders)
  context.strokeStyle = colours.border
  context.lineWidth = 0.8
  context.stroke()
  drawHome(context, stage, colours.mark)
}

function drawHome(context: CanvasRenderingContext2D, stage: Stage, colour: string): void {
  const [x, y] = stage.home
  context.strokeStyle = context.fillStyle = colour
  context.lineWidth = 1.5
  context.beginPath()
  context.arc(x, y, 11, 0, Math.PI * 2)
  context.stroke()
  context.beginPath()
  context.arc(x, y, 3, 0, Math.PI * 2)
  context.fill()
  context.font = `500 15px ${getComputedStyle(context.canvas).fontFamily}`
  context.textBaseline = 'middle'
  context.fillText('Home', x + 20, y + 1)
}
