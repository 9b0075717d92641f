/**
 * What draws arcs: the port behind which WebGL2 and Canvas 2D stand.
 *
 * A layer owns a fixed ring of slots, so its memory is constant however many
 * attacks arrive. It knows points on the screen, not places or attacks.
 */

/** How many arcs can be alive at once; one more takes the slot of the oldest. */
export const arcCapacity = 8192

/** How an attack ended, told by line and mark and not by colour. */
export const arcOutcomes = { blocked: 0, allowed: 1, noticed: 2 } as const

/** One flight from attacker to victim, in pixels of the layer from its top left corner. */
export interface Arc {
  readonly fromX: number
  readonly fromY: number
  readonly toX: number
  readonly toY: number
  /** How far the middle of the arc is pulled aside, in pixels of the layer; 0 flies straight. */
  readonly bend: number
  /** When it takes off, on the clock of `performance.now()`; may lie ahead. */
  readonly startMs: number
  /** Pixels of the layer. */
  readonly width: number
  /** Index in `severityBands`. */
  readonly band: number
  readonly outcome: (typeof arcOutcomes)[keyof typeof arcOutcomes]
}

/** The size of a layer, in pixels of its own that need not be CSS pixels. */
export interface LayerSize {
  readonly width: number
  readonly height: number
  /** Device pixels per pixel of the layer. */
  readonly pixelRatio: number
}

/** How arcs appear: flying, or fading in and out where they are. */
export type ArcMotion = 'full' | 'reduced'

/**
 * Draws arcs into its own canvas.
 *
 * - `add` never fails and never grows memory: beyond `arcCapacity` the oldest arc goes.
 * - `draw` paints one frame and returns whether another is needed; with no arc
 *   alive the canvas is left empty and the caller may stop calling.
 * - `resize` forgets the arcs in flight: their points belong to the old size.
 * - Nothing is drawn between calls, and a lost graphics context heals by itself.
 */
export interface ArcLayer {
  /** What it draws with. */
  readonly kind: 'webgl2' | 'canvas2d'
  add(arc: Arc): void
  draw(nowMs: number, motion: ArcMotion): boolean
  resize(size: LayerSize): void
  /** Forgets every arc. */
  clear(): void
}
