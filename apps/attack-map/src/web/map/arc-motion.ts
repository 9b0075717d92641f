/**
 * How an arc moves through its life; the shader does the same sums on the GPU.
 *
 * It flies, then its tail follows it in while the mark of its end shows.
 */

/** From take-off to impact. */
export const flightMs = 1300

/** From impact until nothing is left. */
export const afterMs = 1100

/** From take-off until nothing is left. */
export const arcLifeMs = flightMs + afterMs

/** The part of the path a flying arc covers. */
export const trailShare = 0.62

/** An arc at one moment. */
export interface ArcMoment {
  /** The visible part of the path, each end 0 (attacker) to 1 (victim). */
  readonly tail: number
  readonly head: number
  /** How far the mark at the end has come, 0 to 1; 0 before the impact. */
  readonly impact: number
  /** Opacity of the whole arc. */
  readonly opacity: number
}

/** A flying arc, `elapsedMs` after its take-off and within its life. */
export function flyingMoment(elapsedMs: number): ArcMoment {
  const flight = Math.min(1, elapsedMs / flightMs)
  const impact = Math.max(0, (elapsedMs - flightMs) / afterMs)
  const head = easeInOut(flight)
  const following = 1 - trailShare * (1 - Math.min(1, impact * 1.8))
  return {
    head,
    tail: impact > 0 ? following : Math.max(0, head - trailShare),
    impact,
    opacity: 1,
  }
}

/** An arc that does not move: there at once, then fading away. */
export function stillMoment(elapsedMs: number): ArcMoment {
  const life = elapsedMs / arcLifeMs
  return { head: 1, tail: 0, impact: 0.35, opacity: Math.min(1, life * 10, (1 - life) * 2) * 0.7 }
}

function easeInOut(t: number): number {
  return t * t * (3 - 2 * t)
}
