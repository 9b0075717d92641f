import type { RecoveryFailure } from '../protocol/frames.ts'
import type { Position } from '../protocol/position.ts'

/**
 * A session on a channel, seen from the channel: someone to tell where delivery
 * starts, and then to hand frames to.
 */
export interface Subscriber {
  /** Delivery starts: called once, before any frame, with what comes first. */
  begin(beginning: Beginning): void
  /** Frames everybody on the channel gets; shared, never changed. */
  deliver(frames: readonly Uint8Array[]): void
}

/** Where a subscription starts (P-020). */
export interface Beginning {
  /** Every event after it follows. Null on a channel without history. */
  readonly position: Position | null
  /** Only when the subscriber came with a position. */
  readonly recovered?: boolean
  readonly reason?: RecoveryFailure
  /** What the subscriber has missed, or asked to have first. */
  readonly frames: readonly Uint8Array[]
}
