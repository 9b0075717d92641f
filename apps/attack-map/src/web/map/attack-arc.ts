/** How an attack looks as an arc: from where to where, how wide, in which line. */

import type { AttackAction, PublicAttack } from '../../shared/public-attack.ts'
import { severityBandIndex } from '../model/severity.ts'
import { type Arc, arcOutcomes } from './arc-layer.ts'
import type { ScreenPoint, Stage } from './stage.ts'

const outcomes: Readonly<Record<AttackAction, Arc['outcome']>> = {
  blocked: arcOutcomes.blocked,
  allowed: arcOutcomes.allowed,
  alerted: arcOutcomes.noticed,
  unknown: arcOutcomes.noticed,
}

/** What an arc takes from outside the attack. */
export interface Launch {
  /** When it takes off, on the clock of `performance.now()`. */
  readonly startMs: number
  /** 0 to below 1; sets arcs on the same route a little apart. */
  readonly chance: number
}

/** The arc of an attack on a stage. Unlocated attackers enter from below, unlocated victims are home. */
export function attackArc(attack: PublicAttack, stage: Stage, launch: Launch): Arc {
  const [toX, toY] = attack.to === null ? stage.home : stage.locate(attack.to)
  const [fromX, fromY] =
    attack.from === null ? stage.entry(launch.chance) : stage.locate(attack.from)
  return {
    fromX,
    fromY,
    toX,
    toY,
    bend: bendBetween([fromX, fromY], [toX, toY], stage.height) * (0.8 + 0.4 * launch.chance),
    startMs: launch.startMs,
    width: widthOf(attack),
    band: severityBandIndex(attack.severity),
    outcome: outcomes[attack.action],
  }
}

/** Pulls the arc towards the top of the screen, further the longer it is. */
function bendBetween(from: ScreenPoint, to: ScreenPoint, height: number): number {
  const span = Math.hypot(to[0] - from[0], to[1] - from[1])
  const pull = Math.min(span * 0.42, height * 0.5)
  return to[0] >= from[0] ? pull : -pull
}

/** 1.4 to 3.4 pixels: worse is wider, and so is a repeated attack. */
function widthOf(attack: PublicAttack): number {
  const severity = Math.min(10, Math.max(0, attack.severity))
  return 1.4 + severity * 0.14 + Math.min(0.6, Math.log10(Math.max(1, attack.count)) * 0.3)
}
