import { type CloseCodeName, closeCodes } from '../protocol/close-codes.ts'
import { type ErrorCode, errorCodes } from '../protocol/error-codes.ts'
import type { GapReason, RecoveryFailure } from '../protocol/frames.ts'
import type { AuthVerdict } from './connection/authenticator.ts'
import type { Limits } from './connection/limits.ts'
import { Histogram } from './histogram.ts'

/** What a node has done since it started: numbers that only grow. */
export interface Counters {
  /** Frames that came from clients, right or wrong. */
  framesReceived: number
  /** What they had in bytes, before decompression. */
  bytesReceived: number
  /** Frames given to links, by who they were made for. */
  readonly framesSent: Record<Audience, number>
  /** What they have in bytes, before a transport's own form and compression. */
  readonly bytesSent: Record<Audience, number>
  /** Credentials looked at, by what became of them. */
  readonly credentials: Record<AuthVerdict['kind'], number>
  /** Subscriptions that came with a position, by what became of it. */
  readonly recoveries: Record<'recovered' | RecoveryFailure, number>
  /** From the arrival of the oldest event of a flush at this node to the flush; seconds. */
  readonly flushDelaySeconds: Histogram
  /** How long passes of the pump took; seconds. */
  readonly passSeconds: Histogram
  /** How many events left at once, channel by channel. */
  readonly eventsPerFlush: Histogram
  /** Passes of new events to the subscribers in step of one channel. */
  flushes: number
  /** Events × subscribers in step they were sent to. */
  deliveries: number
  /** Events sent to subscribers alone: those that catch up, and those that do not want their own back. */
  deliveriesAlone: number
  /** Gaps told, by reason. */
  readonly gaps: Record<GapReason, number>
  /** Events those gaps stand for, as far as it is known. */
  missed: number
  /** How often a limit was hit that no other counter tells by itself, by the name of the option. */
  readonly limitsHit: Record<CountedLimit, number>
  /** Errors answered, by code. */
  readonly errors: Record<ErrorCode, number>
  /** Connections this node has ended, by the name of the close code: `rateLimited` is 4008, `tooSlow` 4009. */
  readonly closed: Record<CloseCodeName, number>
  /** Handshakes that were refused, and connections of a user too many, by why; not those of a draining node. */
  readonly refusedConnections: Record<Refusal, number>
}

/**
 * Who a frame is made for: `in-step` all readers in step, once for all of them ·
 * `alone` one reader that catches up · `own` a connection: answers and the like.
 */
export type Audience = 'in-step' | 'alone' | 'own'

/**
 * Why a connection may not be: there is no room on the `node`, for its `address`
 * or for its `user`, the event loop is too `busy`, or pages of its `origin` may not.
 */
export type Refusal = 'node' | 'address' | 'user' | 'busy' | 'origin'

/** Limits that have no error code, close code or refusal of their own. */
type CountedLimit = keyof Pick<
  Limits,
  | 'addressFramesPerSecond'
  | 'bytesPerSecond'
  | 'callTimeoutMs'
  | 'framesPerSecond'
  | 'maxBufferedBytes'
  | 'permissionTimeoutMs'
  | 'userFramesPerSecond'
>

export function createCounters(): Counters {
  return {
    framesReceived: 0,
    bytesReceived: 0,
    framesSent: { 'in-step': 0, alone: 0, own: 0 },
    bytesSent: { 'in-step': 0, alone: 0, own: 0 },
    credentials: { accepted: 0, refused: 0, absent: 0, failed: 0 },
    recoveries: { recovered: 0, EPOCH_CHANGED: 0, HISTORY_TRIMMED: 0, NO_HISTORY: 0 },
    flushDelaySeconds: new Histogram([0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]),
    passSeconds: new Histogram([0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5]),
    eventsPerFlush: new Histogram([1, 2, 5, 10, 20, 50, 100, 500, 1_000]),
    flushes: 0,
    deliveries: 0,
    deliveriesAlone: 0,
    gaps: { HISTORY_TRIMMED: 0, EPOCH_CHANGED: 0, SLOW_READER: 0 },
    missed: 0,
    limitsHit: {
      addressFramesPerSecond: 0,
      bytesPerSecond: 0,
      callTimeoutMs: 0,
      framesPerSecond: 0,
      maxBufferedBytes: 0,
      permissionTimeoutMs: 0,
      userFramesPerSecond: 0,
    },
    errors: zeroes(errorCodes),
    closed: zeroes(closeCodes),
    refusedConnections: { node: 0, address: 0, user: 0, busy: 0, origin: 0 },
  }
}

function zeroes<TName extends string>(table: Record<TName, unknown>): Record<TName, number> {
  const entries = Object.keys(table).map((name) => [name, 0])
  // As many as the table has, and by the same names.
  return Object.fromEntries(entries) as Record<TName, number>
}
