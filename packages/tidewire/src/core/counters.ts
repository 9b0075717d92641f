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
  /** Connections closed because they did not read (4009). */
  tooSlow: number
}

export function createCounters(): Counters {
  return {
    flushes: 0,
    deliveries: 0,
    gaps: { HISTORY_TRIMMED: 0, EPOCH_CHANGED: 0, SLOW_READER: 0 },
    missed: 0,
    tooSlow: 0,
  }
}
