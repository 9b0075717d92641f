/** The details of an attack in a line: who reached for what, and as whom. */

import type { AttackDetail } from '../../shared/operator-attack.ts'

/** The two parts of the line. */
export interface DetailWords {
  /** From which address to which; the device stands in for a victim without one. */
  readonly route: string
  /** The account, or what caught it; empty when the event tells neither. */
  readonly note: string
}

/** The words for details. */
export function detailWords({
  attacker,
  victim,
  device,
  user,
  signature,
}: AttackDetail): DetailWords {
  const from = attacker.address ?? 'unknown address'
  const to = victim.address ?? device
  return {
    route: to === null ? from : `${from} → ${to}`,
    note: user === null ? (signature ?? '') : `as ${user}`,
  }
}
