/**
 * The map: a base layer, an arc layer over it, and the frame loop.
 *
 * Frames are asked for only while an arc is alive, so a quiet wall costs no
 * power. A resize redraws the base layer and forgets the arcs in flight.
 */

import type { PublicAttack } from '../../shared/public-attack.ts'
import type { HomePoint } from '../model/home-point.ts'
import type { ArcLayer, LayerSize } from './arc-layer.ts'
import { attackArc } from './attack-arc.ts'
import { type BaseColours, drawBaseLayer } from './base-layer.ts'
import { CanvasArcs } from './canvas-arcs.ts'
import { Stage } from './stage.ts'
import { WebglArcs } from './webgl-arcs.ts'
import type { WorldShape } from './world-shape.ts'

/** More device pixels than this per CSS pixel cost time and show nothing. */
const maxPixelRatio = 2

/** The width the lines are made for, in CSS pixels; a wider stage gets wider lines, not finer ones. */
const designWidth = 1500

/** What a map is made from. */
export interface WorldMapOptions {
  /** The element the map fills; it is given a size by the page. */
  readonly stage: HTMLElement
  readonly base: HTMLCanvasElement
  readonly arcs: HTMLCanvasElement
  readonly world: WorldShape
  /** Where unlocated victims are; null puts a neutral mark below the map. */
  readonly home: HomePoint | null
}

/** The map on the page. */
export class WorldMap {
  readonly #options: WorldMapOptions
  readonly #layer: ArcLayer | null
  readonly #colours: BaseColours
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
  #stage: Stage | null = null
  #frame = 0

  constructor(options: WorldMapOptions) {
    this.#options = options
    this.#layer = WebglArcs.on(options.arcs) ?? CanvasArcs.on(options.arcs)
    this.#colours = coloursOf(options.stage)
    options.stage.dataset['arcs'] = this.#layer?.kind ?? 'none'
    new ResizeObserver(() => this.#fit()).observe(options.stage)
  }

  /** Lets an attack fly after a delay in ms. Attacks of a page nobody sees are not kept. */
  launch(attack: PublicAttack, delayMs: number): void {
    if (this.#stage === null || document.hidden) return
    const startMs = performance.now() + delayMs
    this.#layer?.add(attackArc(attack, this.#stage, { startMs, chance: Math.random() }))
    this.#requestFrame()
  }

  /** Takes every arc off the map. */
  clear(): void {
    this.#layer?.clear()
    this.#requestFrame()
  }

  #fit(): void {
    const { stage, base, world, home } = this.#options
    const size = layerSize(stage)
    if (size.width === 0 || size.height === 0) return
    this.#stage = new Stage(size, world.land, home)
    drawBaseLayer(base, { stage: this.#stage, world, size, colours: this.#colours })
    this.#layer?.resize(size)
    this.#requestFrame()
  }

  #requestFrame(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now))
  }

  #draw(now: number): void {
    this.#frame = 0
    const motion = this.#reducedMotion.matches ? 'reduced' : 'full'
    if (this.#layer?.draw(now, motion)) this.#requestFrame()
  }
}

/** The stage in pixels of the design, so that lines and marks grow with it. */
function layerSize({ clientWidth, clientHeight }: HTMLElement): LayerSize {
  const zoom = Math.min(2.5, Math.max(0.75, clientWidth / designWidth))
  return {
    width: clientWidth / zoom,
    height: clientHeight / zoom,
    pixelRatio: Math.min(maxPixelRatio, devicePixelRatio) * zoom,
  }
}

function coloursOf(element: HTMLElement): BaseColours {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  return {
    land: colour('--land'),
    border: colour('--land-border'),
    coast: colour('--land-coast'),
    mark: colour('--home-mark'),
  }
}
