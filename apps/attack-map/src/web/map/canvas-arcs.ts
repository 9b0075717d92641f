/**
 * Arcs without a GPU: the same slots and motion, drawn with Canvas 2D.
 *
 * Draws only the newest arcs when there are many: a slow machine shows fewer
 * arcs, not fewer frames. Lines and marks say the same as on WebGL.
 */

import { severityBands } from '../model/severity.ts'
import {
  type Arc,
  type ArcLayer,
  type ArcMotion,
  arcCapacity,
  arcOutcomes,
  type LayerSize,
} from './arc-layer.ts'
import { type ArcMoment, arcLifeMs, flyingMoment, stillMoment } from './arc-motion.ts'
import { ArcSlots, slotFloats, startOffset } from './arc-slots.ts'

/** How many arcs are drawn at most in one frame. */
const drawnAtMost = 600

/** Steps of opacity along a trail. */
const trailSteps = 10

/** An arc layer on Canvas 2D. */
export class CanvasArcs implements ArcLayer {
  readonly kind = 'canvas2d'
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  readonly #slots = new ArcSlots(arcCapacity)
  #size: LayerSize = { width: 1, height: 1, pixelRatio: 1 }

  private constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas
    this.#context = context
  }

  /** Takes over a canvas; null when it cannot be drawn on. */
  static on(canvas: HTMLCanvasElement): CanvasArcs | null {
    const context = canvas.getContext('2d')
    return context === null ? null : new CanvasArcs(canvas, context)
  }

  add(arc: Arc): void {
    this.#slots.add(arc)
  }

  clear(): void {
    this.#slots.clear()
  }

  resize(size: LayerSize): void {
    this.#size = size
    this.#canvas.width = Math.round(size.width * size.pixelRatio)
    this.#canvas.height = Math.round(size.height * size.pixelRatio)
    this.clear()
  }

  draw(nowMs: number, motion: ArcMotion): boolean {
    const { pixelRatio, width, height } = this.#size
    this.#slots.expire(nowMs)
    this.#context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    this.#context.clearRect(0, 0, width, height)
    const from = this.#slots.added - drawnAtMost
    for (const { first, count } of this.#slots.spans(from)) {
      for (let slot = first; slot < first + count; slot += 1) this.#drawSlot(slot, nowMs, motion)
    }
    return this.#slots.oldest < this.#slots.added
  }

  #drawSlot(slot: number, nowMs: number, motion: ArcMotion): void {
    const values = this.#slots.data.subarray(slot * slotFloats, (slot + 1) * slotFloats)
    const elapsed = this.#slots.relative(nowMs) - (values[startOffset] ?? 0)
    if (elapsed < 0 || elapsed >= arcLifeMs) return
    const moment = motion === 'reduced' ? stillMoment(elapsed) : flyingMoment(elapsed)
    const path = pathOf(values)
    const context = this.#context
    context.strokeStyle = context.fillStyle = severityBands[values[6] ?? 0]?.colour ?? ''
    context.lineWidth = path.width
    drawTrail(context, path, moment)
    if (moment.impact > 0) drawMark(context, path, moment)
    else drawHead(context, path, moment)
  }
}

interface Path {
  readonly fromX: number
  readonly fromY: number
  readonly controlX: number
  readonly controlY: number
  readonly toX: number
  readonly toY: number
  readonly width: number
  readonly outcome: number
}

function pathOf(slot: Float32Array): Path {
  const [fromX = 0, fromY = 0, toX = 0, toY = 0, bend = 0, width = 1, , outcome = 0] = slot
  const span = Math.hypot(toX - fromX, toY - fromY) || 1
  return {
    fromX,
    fromY,
    controlX: (fromX + toX) / 2 + ((toY - fromY) / span) * bend,
    controlY: (fromY + toY) / 2 - ((toX - fromX) / span) * bend,
    toX,
    toY,
    width,
    outcome,
  }
}

function pointAt(path: Path, t: number): readonly [number, number] {
  const u = 1 - t
  return [
    u * u * path.fromX + 2 * u * t * path.controlX + t * t * path.toX,
    u * u * path.fromY + 2 * u * t * path.controlY + t * t * path.toY,
  ]
}

function drawTrail(context: CanvasRenderingContext2D, path: Path, moment: ArcMoment): void {
  const dash = { [arcOutcomes.blocked]: [8, 5], [arcOutcomes.noticed]: [2.5, 3.5] }[path.outcome]
  context.setLineDash(dash ?? [])
  for (let step = 0; step < trailSteps; step += 1) {
    const reach = moment.head - moment.tail
    const from = pointAt(path, moment.tail + (reach * step) / trailSteps)
    const to = pointAt(path, moment.tail + (reach * (step + 1)) / trailSteps)
    const lit = moment.opacity < 1 ? moment.opacity * 0.6 : ((step + 1) / trailSteps) ** 1.5
    context.globalAlpha = lit
    context.beginPath()
    context.moveTo(...from)
    context.lineTo(...to)
    context.stroke()
  }
  context.setLineDash([])
}

function drawHead(context: CanvasRenderingContext2D, path: Path, moment: ArcMoment): void {
  const [x, y] = pointAt(path, moment.head)
  for (const [radius, opacity] of [
    [6, 0.22],
    [2.4, 1],
  ] as const) {
    context.globalAlpha = opacity
    context.beginPath()
    context.arc(x, y, radius, 0, Math.PI * 2)
    context.fill()
  }
}

function drawMark(context: CanvasRenderingContext2D, path: Path, moment: ArcMoment): void {
  const { toX: x, toY: y } = path
  context.globalAlpha = Math.max(0, 1 - moment.impact ** 2) * moment.opacity
  context.lineWidth = 2.2
  context.beginPath()
  if (path.outcome === arcOutcomes.blocked) {
    context.arc(x, y, 7.5, 0, Math.PI * 2)
    context.moveTo(x - 5.3, y + 5.3)
    context.lineTo(x + 5.3, y - 5.3)
  } else if (path.outcome === arcOutcomes.noticed) {
    context.moveTo(x, y - 7)
    for (const [dx, dy] of [
      [7, 0],
      [0, 7],
      [-7, 0],
      [0, -7],
    ] as const) {
      context.lineTo(x + dx, y + dy)
    }
  } else {
    context.arc(x, y, 5, 0, Math.PI * 2)
    context.fill()
    context.beginPath()
    context.arc(x, y, 6 + 17 * Math.sqrt(moment.impact), 0, Math.PI * 2)
  }
  context.stroke()
}
