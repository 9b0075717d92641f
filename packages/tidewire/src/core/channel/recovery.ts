import type { RecoveryFailure } from '../../protocol/frames.ts'
import type { Position } from '../../protocol/position.ts'

/**
 * Decides where a reader begins: the part that must never be wrong. Pure; what
 * the channel holds comes in, what to tell the reader comes out.
 */

/** Where a subscriber asks to begin. Neither: with the next event. */
export interface Start {
  readonly since?: Position
  readonly last?: number
}

/** What a channel holds: every event after `trimmedOffset` up to `topOffset`. */
export interface Extent {
  readonly epoch: string
  readonly trimmedOffset: number
  readonly topOffset: number
}

/** Where delivery begins, and what the ack of a `subscribe` says of it (P-020). */
export interface Beginning {
  /** Every event after it follows. Null on a channel without history. */
  readonly position: Position | null
  /** Only for a reader that came with a position. */
  readonly recovered?: boolean
  /** Only when recovered: the newest offset in that moment; what comes up to it was missed. */
  readonly top?: number
  readonly reason?: RecoveryFailure
}

/** Where a reader begins in a channel of this extent. */
export function beginningOf({ since, last = 0 }: Start, extent: Extent): Beginning {
  const reason = since === undefined ? null : failureOf(since, extent)
  if (since !== undefined && reason === null) {
    return { position: since, recovered: true, top: extent.topOffset }
  }
  const { epoch, topOffset, trimmedOffset } = extent
  const position = { epoch, offset: Math.max(trimmedOffset, topOffset - last) }
  return reason === null ? { position } : { position, recovered: false, reason }
}

/** Without history a reader begins with the next event, whatever it asks for. */
export function beginningWithoutHistory({ since }: Start): Beginning {
  if (since === undefined) return { position: null }
  return { position: null, recovered: false, reason: 'NO_HISTORY' }
}

/** On a `latest` channel a reader begins with the values that changed since its position, or with all. */
export function beginningOfValues(
  { since }: Start,
  { epoch, top }: { readonly epoch: string; readonly top: number },
): Beginning {
  const allValues = { epoch, offset: 0 }
  if (since === undefined) return { position: allValues }
  if (isWithin(since, { epoch, floor: 0, top })) return { position: since, recovered: true, top }
  return { position: allValues, recovered: false, reason: 'EPOCH_CHANGED' }
}

/** Whether everything after a position is within what a log holds. */
export function isWithin(position: Position, log: LogExtent): boolean {
  return position.epoch === log.epoch && position.offset >= log.floor && position.offset <= log.top
}

/** What a node's log of a channel holds: every event after `floor` up to `top`. */
export interface LogExtent {
  readonly epoch: string
  readonly floor: number
  readonly top: number
}

/** Why not every event after a position can be had; null when it can. */
function failureOf(since: Position, extent: Extent): RecoveryFailure | null {
  if (since.epoch !== extent.epoch) return 'EPOCH_CHANGED'
  // An offset that was never given out: the reader knew another life of this log.
  if (since.offset > extent.topOffset) return 'EPOCH_CHANGED'
  return since.offset < extent.trimmedOffset ? 'HISTORY_TRIMMED' : null
}
