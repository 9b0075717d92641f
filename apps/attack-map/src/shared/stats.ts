import type { AttackAction, AttackClass } from './public-attack.ts'

/**
 * The payload of the `stats` channel, once a second; redacted like `PublicAttack`.
 *
 * `received` always equals `parsed + unparsed + filtered + dropped`.
 */
export interface Stats {
  /** Server time of this snapshot, in ms since the epoch. */
  readonly at: number
  /** When counting began, in ms since the epoch. */
  readonly since: number
  readonly lines: LineCounts
  /** Attacks by what the device did, repeat counts included. */
  readonly actions: Readonly<Record<AttackAction, number>>
  readonly classes: Readonly<Record<AttackClass, number>>
  /** Attacks a second over the last 10 s. */
  readonly ratePerSecond: number
  /** The ten busiest countries of origin, busiest first. */
  readonly topCountries: readonly CountryCount[]
  /** When the last real syslog line came in, in ms since the epoch; null when none has. */
  readonly lastLineAt: number | null
  /** Where the traffic comes from right now. */
  readonly feed: 'live' | 'demo' | 'silent'
}

/** What became of every syslog line: nothing is lost silently. */
export interface LineCounts {
  readonly received: number
  /** Understood and turned into an event. */
  readonly parsed: number
  /** Nobody could read it; a sample is kept. */
  readonly unparsed: number
  /** Understood, and of no interest: not a security event. */
  readonly filtered: number
  /** Thrown away before parsing (over a limit). */
  readonly dropped: number
}

export interface CountryCount {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string
  readonly count: number
}
