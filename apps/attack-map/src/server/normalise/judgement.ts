/**
 * What the rules of one vendor say about a record.
 */
import type { SecurityEvent } from './security-event.ts'

/** The vendor-specific part of a security event. */
export interface Judgement
  extends Pick<
    SecurityEvent,
    | 'attacker'
    | 'victim'
    | 'user'
    | 'action'
    | 'class'
    | 'severity'
    | 'service'
    | 'signature'
    | 'count'
  > {
  /** A time better than the syslog header's; null when there is none. */
  readonly at: number | null
}
