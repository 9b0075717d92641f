import { type CloseCodeName, closeCodes } from '../protocol/close-codes.ts'
import { type ErrorCode, errorCodes } from '../protocol/error-codes.ts'
import type { GapReason } from '../protocol/frames.ts'

/** What a node has done since it started: plain numbers that only grow. */
export interface Counters {
  /** Passes of new events to the subscribers in step of one channel. */
  flushes: number
  /** Events × subscribers in step they were sent to. */
  deliveries: number
  /** Gaps told, by reason. */
  readonly gaps: Record<GapReason, number>
  /** Events those gaps stand for, as far as it is known. */
  missed: number
  /** Frames, pings and pongs that were not handled because they were over a rate (P-060). */
  rateLimited: number
  /** Errors answered, by code: with it, how often a limit of one connection was hit. */
  readonly errors: Record<ErrorCode, number>
  /** Connections this node has ended, by the name of the close code: `rateLimited` is 4008, `tooSlow` 4009. */
  readonly closed: Record<CloseCodeName, number>
  /** Connections there was no room for, by whose limit it was. */
  readonly refusedConnections: Record<'node' | 'address' | 'user', number>
}

export function createCounters(): Counters {
  return {
    flushes: 0,
    deliveries: 0,
    gaps: { HISTORY_TRIMMED: 0, EPOCH_CHANGED: 0, SLOW_READER: 0 },
    missed: 0,
    rateLimited: 0,
    errors: zeroes(errorCodes),
    closed: zeroes(closeCodes),
    refusedConnections: { node: 0, address: 0, user: 0 },
  }
}

function zeroes<TName extends string>(table: Record<TName, unknown>): Record<TName, number> {
  const entries = Object.keys(table).map((name) => [name, 0])
  // As many as the table has, and by the same names.
  return Object.fromEntries(entries) as Record<TName, number>
}
