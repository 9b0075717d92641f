import { type CloseCodeName, closeCodes } from '../protocol/close-codes.ts'
import { type ErrorCode, errorCodes } from '../protocol/error-codes.ts'
import type { GapReason, RecoveryFailure } from '../protocol/frames.ts'
import type { AuthVerdict } from './connection/authenticator.ts'
import { Histogram } from './histogram.ts'

/** What a node has done since it started: numbers that only grow. */
export interface Counters {
  /** Frames that came from clients, right or wrong. */
  framesReceived: number
  /** What they had in bytes, before decompression. */
  bytesReceived: number
  /** Credentials looked at, by what became of them. */
  readonly credentials: Record<AuthVerdict['kind'], number>
  /** Subscriptions that came with a position, by what became of it. */
  readonly recoveries: Record<'recovered' | RecoveryFailure, number>
  /** How long passes of the pump took; seconds. */
  readonly passSeconds: Histogram
  /** How many events left at once, channel by channel. */
  readonly eventsPerFlush: Histogram
  /** Passes of new events to the subscribers in step of one channel. */
  flushes: number
  /** Events × subscribers in step they were sent to. */
  deliveries: number
  /** Bytes of frames × subscribers in step they were sent to, before a transport's own form. */
  bytesDelivered: number
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
    framesReceived: 0,
    bytesReceived: 0,
    credentials: { accepted: 0, refused: 0, absent: 0, failed: 0 },
    recoveries: { recovered: 0, EPOCH_CHANGED: 0, HISTORY_TRIMMED: 0, NO_HISTORY: 0 },
    passSeconds: new Histogram([0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5]),
    eventsPerFlush: new Histogram([1, 2, 5, 10, 20, 50, 100, 500, 1_000]),
    flushes: 0,
    deliveries: 0,
    bytesDelivered: 0,
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
