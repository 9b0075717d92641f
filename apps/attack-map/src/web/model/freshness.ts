/**
 * How fresh the data on the screen is, and why when it is not.
 *
 * `nextSignals` is the pure transition over what the page hears; `freshnessAt`
 * judges the result at a moment. A lost connection, a server that gets no
 * syslog and a quiet network are three kinds here, never one.
 */

import type { Stats } from '../../shared/stats.ts'

/** Statistics come once a second; after this long without, the server is not answering. */
const stalledAfterMs = 5000

/** A network nobody attacks for this long is called quiet. */
const quietAfterMs = 20_000

/** The connection, as far as freshness depends on it. */
type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online'; readonly since: number }
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number | null }
  | { readonly kind: 'closed'; readonly since: number }

/** What the page has heard; all times are local, in ms since the epoch. */
export interface Signals {
  readonly link: Link
  /** When the last statistics arrived. */
  readonly statsAt: number | null
  readonly feed: Stats['feed'] | null
  /** When the server last received a syslog line. */
  readonly lastLineAt: number | null
  /** When the newest attack was published. */
  readonly lastAttackAt: number | null
}

/** Something the page hears. */
export type Signal =
  | { readonly kind: 'online'; readonly at: number }
  | { readonly kind: 'lost'; readonly at: number; readonly retryAt: number | null }
  | { readonly kind: 'closed'; readonly at: number }
  | {
      readonly kind: 'stats'
      readonly at: number
      readonly feed: Stats['feed']
      readonly lastLineAt: number | null
    }
  | { readonly kind: 'attack'; readonly publishedAt: number }

/** How fresh the data is; `ageMs` is null when there has never been any. */
export type Freshness =
  /** The first connection is still being made. */
  | { readonly kind: 'connecting' }
  /** Attacks are arriving; `demo` when the server makes them up. */
  | { readonly kind: 'live'; readonly ageMs: number | null; readonly demo: boolean }
  /** All is well and nobody attacks. */
  | { readonly kind: 'quiet'; readonly ageMs: number | null }
  /** The server is there, and no device sends it syslog. */
  | { readonly kind: 'silent'; readonly ageMs: number | null }
  /** The connection stands, and the server says nothing. */
  | { readonly kind: 'stalled'; readonly ageMs: number }
  /** The connection is down; the client tries again at `retryAt` (null: trying now). */
  | { readonly kind: 'offline'; readonly ageMs: number | null; readonly retryAt: number | null }
  /** The server told this page to stay away. */
  | { readonly kind: 'closed'; readonly ageMs: number | null }

/** Before anything was heard. */
export const noSignals: Signals = {
  link: { kind: 'connecting' },
  statsAt: null,
  feed: null,
  lastLineAt: null,
  lastAttackAt: null,
}

/** What the page knows once it has heard a signal. */
export function nextSignals(signals: Signals, signal: Signal): Signals {
  switch (signal.kind) {
    case 'online':
      return { ...signals, link: { kind: 'online', since: signal.at } }
    case 'lost':
      return { ...signals, link: lostLink(signals.link, signal.at, signal.retryAt) }
    case 'closed':
      return { ...signals, link: { kind: 'closed', since: signal.at } }
    case 'stats':
      return {
        ...signals,
        statsAt: signal.at,
        feed: signal.feed,
        lastLineAt: signal.lastLineAt,
      }
    case 'attack':
      return { ...signals, lastAttackAt: latest(signals.lastAttackAt, signal.publishedAt) }
  }
}

/** How fresh the data is at `now`. */
export function freshnessAt(signals: Signals, now: number): Freshness {
  const { link } = signals
  switch (link.kind) {
    case 'connecting':
      return { kind: 'connecting' }
    case 'lost':
      return { kind: 'offline', ageMs: ageOf(newest(signals), now), retryAt: link.retryAt }
    case 'closed':
      return { kind: 'closed', ageMs: ageOf(newest(signals), now) }
    case 'online':
      return onlineFreshness(signals, link.since, now)
  }
}

/** True when what is on the screen is not what is happening: it must look old. */
export function looksOld(freshness: Freshness): boolean {
  return freshness.kind !== 'live' && freshness.kind !== 'quiet'
}

function onlineFreshness(signals: Signals, since: number, now: number): Freshness {
  const heardAt = latest(signals.statsAt, since)
  if (now - heardAt > stalledAfterMs) return { kind: 'stalled', ageMs: now - heardAt }
  if (signals.feed === null) return { kind: 'connecting' }
  if (signals.feed === 'silent') return { kind: 'silent', ageMs: ageOf(signals.lastLineAt, now) }
  const ageMs = ageOf(signals.lastAttackAt, now)
  if (ageMs === null || ageMs > quietAfterMs) return { kind: 'quiet', ageMs }
  return { kind: 'live', ageMs, demo: signals.feed === 'demo' }
}

// A client that tries and fails goes through several states; the outage began with the first.
function lostLink(link: Link, at: number, retryAt: number | null): Link {
  return { kind: 'lost', since: link.kind === 'lost' ? link.since : at, retryAt }
}

function newest(signals: Signals): number | null {
  if (signals.statsAt === null) return signals.lastAttackAt
  return latest(signals.lastAttackAt, signals.statsAt)
}

function latest(one: number | null, other: number): number {
  return one === null ? other : Math.max(one, other)
}

function ageOf(at: number | null, now: number): number | null {
  return at === null ? null : Math.max(0, now - at)
}
