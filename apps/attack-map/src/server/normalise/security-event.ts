/**
 * The one form every vendor's record takes: who did what to whom.
 *
 * Complete and not redacted; it never leaves the server as it is.
 */
import type { AttackAction, AttackClass } from '../../shared/public-attack.ts'
import type { VendorRecord } from '../vendors/list.ts'

/** One security event. */
export interface SecurityEvent {
  /** By the device's clock, in ms since the epoch; the time of receipt when it tells none. */
  readonly at: number
  readonly vendor: VendorRecord['vendor']
  /** The name the reporting device gives itself. */
  readonly device: string | null
  readonly attacker: Endpoint
  readonly victim: Endpoint
  /** The account it was about, at most 64 characters of it; null when the line names none. */
  readonly user: string | null
  readonly direction: Direction
  readonly action: AttackAction
  readonly class: AttackClass
  /** 0 (harmless) to 10 (worst). */
  readonly severity: number
  /** `ssh`, an application, or `tcp/8088`; null when the line does not tell. */
  readonly service: string | null
  /** The rule, threat or message that caught it. */
  readonly signature: string | null
  /** How many times the device saw it; at least 1. */
  readonly count: number
  /** True for generated traffic. */
  readonly demo: boolean
}

/** One side of an event. */
export interface Endpoint {
  /** IPv4 or IPv6, as written; null when the line names none. */
  readonly address: string | null
  readonly port: number | null
}

/** From the attacker to the victim, seen from the network the device guards. */
export type Direction = 'inbound' | 'outbound' | 'internal' | 'external'
