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

/**
 * Finds where a reader begins: at once, from the node's log, when that reaches
 * back far enough; only else is the broker asked how far its history does.
 */
export function findBeginning(
  start: Start,
  { epoch, isLatest, log, askExtent }: Beginnable,
): Beginning | Promise<Beginning> {
  if (epoch === null) return beginningWithoutHistory(start)
  const held = { epoch, trimmedOffset: log.floor, topOffset: log.top }
  if (isLatest) return findAmongValues(start, held, askExtent)
  if (reachesBackTo(start, held)) return beginningOf(start, held)
  return askExtent().then((extent) => beginningOf(start, extent))
}

/** What a reader may begin in. */
export interface Beginnable {
  /** Null on a channel without history. */
  readonly epoch: string | null
  readonly isLatest: boolean
  readonly log: { readonly floor: number; readonly top: number }
  readonly askExtent: () => Promise<Extent>
}

function reachesBackTo({ since, last = 0 }: Start, log: Extent): boolean {
  const hasLast = log.topOffset - last >= log.trimmedOffset
  return hasLast && (since === undefined || isWithin(since, log))
}

// The promise is the newest value, and that is never trimmed. A reader may come
// from a node that is ahead of this one, be it by an epoch: then the broker knows
// whether its position exists.
function findAmongValues(
  { since }: Start,
  log: Extent,
  askExtent: Beginnable['askExtent'],
): Beginning | Promise<Beginning> {
  if (since === undefined) return { position: { epoch: log.epoch, offset: 0 } }
  const values = untrimmed(log)
  if (isWithin(since, values)) return beginningOfValues(since, values)
  return askExtent().then((extent) => beginningOfValues(since, untrimmed(extent)))
}

function untrimmed(extent: Extent): Extent {
  return { ...extent, trimmedOffset: 0 }
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
function beginningWithoutHistory({ since }: Start): Beginning {
  if (since === undefined) return { position: null }
  return { position: null, recovered: false, reason: 'NO_HISTORY' }
}

/** On a `latest` channel a reader begins with the values that changed since its position, or with all. */
function beginningOfValues(since: Position, values: Extent): Beginning {
  if (isWithin(since, values)) return { position: since, recovered: true, top: values.topOffset }
  const allValues = { epoch: values.epoch, offset: 0 }
  return { position: allValues, recovered: false, reason: 'EPOCH_CHANGED' }
}

/** Whether everything after a position is within what is held. */
function isWithin({ epoch, offset }: Position, held: Extent): boolean {
  return epoch === held.epoch && offset >= held.trimmedOffset && offset <= held.topOffset
}

/** Why not every event after a position can be had; null when it can. */
function failureOf(since: Position, extent: Extent): RecoveryFailure | null {
  if (since.epoch !== extent.epoch) return 'EPOCH_CHANGED'
  // An offset that was never given out: the reader knew another life of this log.
  if (since.offset > extent.topOffset) return 'EPOCH_CHANGED'
  return since.offset < extent.trimmedOffset ? 'HISTORY_TRIMMED' : null
}
