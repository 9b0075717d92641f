/**
 * What an outage cost, in one sentence.
 *
 * A reconnect is followed by word of what was recovered or of a gap; the
 * sentence grows with each. Pure: times go in, a notice or null comes out.
 */

import { formatAge, formatCount, formatTimeOfDay } from './figures.ts'

/** A stretch without a connection; local times in ms since the epoch. */
export interface Outage {
  readonly lostAt: number
  readonly backAt: number
}

/** Events that will not come, as the client tells it. */
export interface Loss {
  /** How many; null when nobody knows. */
  readonly missed: number | null
  /** The protocol's reason, such as `EPOCH_CHANGED`. */
  readonly reason: string
}

/** What became of the events of an outage. */
export type Aftermath =
  | { readonly kind: 'recovered'; readonly events: number }
  | ({ readonly kind: 'lost' } & Loss)

/** The sentence for an outage that is over; without an aftermath it is not known yet. */
export function outageNotice(outage: Outage, aftermath: Aftermath | null): string {
  const duration = formatAge(Math.max(1000, outage.backAt - outage.lostAt))
  const back = `Reconnected after ${duration}.`
  if (aftermath === null) return back
  if (aftermath.kind === 'recovered') return `${back} ${recovered(aftermath.events)}`
  if (aftermath.reason === 'EPOCH_CHANGED') return restarted(outage)
  return `${back} ${lost(aftermath.missed)}`
}

/** The sentence for a gap while the connection stood. */
export function gapNotice(loss: Loss): string {
  return `This screen reads too slowly. ${lost(loss.missed)}`
}

function recovered(events: number): string {
  if (events === 0) return 'Nothing was missed.'
  return `${events === 1 ? '1 event' : `${formatCount(events)} events`} recovered.`
}

function lost(missed: number | null): string {
  if (missed === null) return 'Some events are lost.'
  return missed === 1 ? '1 event is lost.' : `${formatCount(missed)} events are lost.`
}

function restarted(outage: Outage): string {
  const from = formatTimeOfDay(outage.lostAt)
  const to = formatTimeOfDay(outage.backAt)
  return `Server restarted: events between ${from} and ${to} are lost.`
}
