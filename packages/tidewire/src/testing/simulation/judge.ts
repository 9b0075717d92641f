import type { ChannelEvent, Gap } from '../../client/subscription.ts'
import type { Position } from '../../protocol/position.ts'
import type { ChannelLedger, LedgerEntry } from './ledger.ts'
import type { ChannelKind } from './scenario.ts'

/**
 * Holds what one subscription was given against what it was promised.
 *
 * Each method throws a `Violation` in the moment a promise is broken.
 */
export interface Judge {
  /** The subscription has begun, or begun again; may come after the first events. */
  begin(position: Position | null): void
  /** An event was delivered. `epoch` is that of the subscription's position, which includes the event. */
  event(event: ChannelEvent, epoch: string | null): void
  gap(gap: Gap): void
  /**
   * Time enough has passed without faults: nothing may be outstanding.
   *
   * @param epoch the life of the log that is going on now; null without history.
   */
  assertLevel(epoch: string | null): void
}

/** Who is judged on what. */
export interface Case {
  readonly kind: ChannelKind
  readonly ledger: ChannelLedger
  /** The client that subscribes: what it published with `echo: false` it need not get. */
  readonly subscriber: string
  /** How many epochs began before this one. */
  readonly ageOf: (epoch: string) => number
  /** Checks, as soon as it can be known, that events after a position were really kept no longer. */
  readonly assertTrimmed: (position: Position) => void
}

/** Whether a subscriber may go without an event. */
export function isOptional({ by, echo }: LedgerEntry, { subscriber }: Case): boolean {
  return !echo && by === subscriber
}

/** A position for people. */
export function place(position: Position | null): string {
  return position === null ? 'nowhere' : `${position.epoch}:${position.offset}`
}
