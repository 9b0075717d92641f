/** How the devices that send syslog are: the payload of `sources`. */
export interface SourceReport {
  /** Server time of this report, in ms since the epoch. */
  readonly at: number
  /** Those that are silent first, then the busiest; at most 200. */
  readonly sources: readonly SourceHealth[]
  /** How many more there are. */
  readonly more: number
}

/** One sender of syslog. */
export interface SourceHealth {
  /** Its address; `*` for all those beyond the limit together. */
  readonly sender: string
  readonly kind: 'udp' | 'tcp' | 'demo'
  /** When its last line came in, in ms since the epoch by this server's clock. */
  readonly lastSeenAt: number
  /** Lines a second, of late: a line counts less the older it is (10 s). */
  readonly ratePerSecond: number
  readonly received: number
  /** The share of its lines that nobody could read, 0 to 1. */
  readonly unparsedShare: number
  /** How far its clock is ahead of this server's, in ms; null before its first event. */
  readonly clockSkewMs: number | null
  /** True when it has sent nothing for longer than the settings allow. */
  readonly silent: boolean
}
