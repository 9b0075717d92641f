/**
 * What one attack looks like to anybody: the payload of `attacks:public`.
 *
 * Redacted by construction: no address, no host, no user name has a field here.
 */
export interface PublicAttack {
  /** When it happened, by the device's clock, in ms since the epoch. */
  readonly at: number
  /** Where it came from; null when the attacker's address is private or not located. */
  readonly from: PublicPlace | null
  /** What it was aimed at; null when the victim's address is private or not located. */
  readonly to: PublicPlace | null
  readonly class: AttackClass
  /** 0 (harmless) to 10 (worst). */
  readonly severity: number
  readonly action: AttackAction
  /** How many times the device saw it (`message repeated 5 times`, PAN-OS repeat count); at least 1. */
  readonly count: number
  /** True for generated traffic; the page shows the DEMO badge while such events are on it. */
  readonly demo: boolean
}

/** A place no finer than its country's main point or a whole degree. */
export interface PublicPlace {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string
  /** Degrees north, rounded to 1. */
  readonly latitude: number
  /** Degrees east, rounded to 1. */
  readonly longitude: number
}

/** What the device did about it. */
export type AttackAction = 'blocked' | 'allowed' | 'alerted' | 'unknown'

/** What kind of attack it is, as far as the line tells. */
export type AttackClass =
  | 'brute-force'
  | 'scan'
  | 'intrusion'
  | 'malware'
  | 'web'
  | 'policy'
  | 'other'
