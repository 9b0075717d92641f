import type { RecoveryFailure } from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'
import type { HistoryPage, HistoryQuery } from './ports/broker.ts'

/**
 * Decides whether a reader can go on from where it was: the part that must
 * never be wrong. Pure; what was read comes in, what to tell comes out.
 */

/** Where a subscriber asks to begin. Neither: with the next event. */
export interface Start {
  readonly since?: Position
  readonly last?: number
}

/** What the ack of a `subscribe` says of it (P-020). */
export interface Recovery {
  readonly recovered: boolean
  readonly reason?: RecoveryFailure
}

/** Whether every event after `since` is on a page that was read after it. */
export function judgeRecovery(since: Position, page: HistoryPage): Recovery {
  if (since.epoch !== page.epoch) return { recovered: false, reason: 'EPOCH_CHANGED' }
  // An offset that was never given out: the reader knew another life of this log.
  if (since.offset > page.topOffset) return { recovered: false, reason: 'EPOCH_CHANGED' }
  if (since.offset < page.trimmedOffset) return { recovered: false, reason: 'HISTORY_TRIMMED' }
  return { recovered: true }
}

/** What to read for a subscriber that begins with the newest `last` events. */
export function newest(last: number): HistoryQuery {
  return { limit: last, newest: true }
}

/** Where delivery starts when a page's events come first: just before the oldest of them. */
export function startOf(page: HistoryPage): Position {
  const first = page.events[0]?.position?.offset
  return { epoch: page.epoch, offset: first === undefined ? page.topOffset : first - 1 }
}
