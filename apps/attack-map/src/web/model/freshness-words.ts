/** What each kind of freshness is called on the screen, in a word and a sentence. */

import { formatAge } from './figures.ts'
import type { Freshness } from './freshness.ts'

/** A freshness in words. */
export interface FreshnessWords {
  /** Two or three words, readable from across the room. */
  readonly title: string
  /** What it means or how old the data is. */
  readonly detail: string
}

/** The words for a freshness at `now` (local ms since the epoch). */
export function freshnessWords(freshness: Freshness, now: number): FreshnessWords {
  switch (freshness.kind) {
    case 'connecting':
      return { title: 'Connecting', detail: 'Waiting for the server' }
    case 'live':
      return {
        title: freshness.demo ? 'Demo feed' : 'Live',
        detail: `Last attack ${ago(freshness.ageMs)}`,
      }
    case 'quiet':
      return {
        title: 'Quiet network',
        detail:
          freshness.ageMs === null
            ? 'Syslog arrives, no attack in it yet'
            : `Syslog arrives, last attack ${ago(freshness.ageMs)}`,
      }
    case 'silent':
      return {
        title: 'No syslog',
        detail:
          freshness.ageMs === null
            ? 'Server is up and has not received a line yet'
            : `Server is up, last line ${ago(freshness.ageMs)}`,
      }
    case 'stalled':
      return {
        title: 'Server not answering',
        detail: `Connected, nothing heard for ${formatAge(freshness.ageMs)}`,
      }
    case 'offline':
      return { title: 'Connection lost', detail: nextTry(freshness.retryAt, now) }
    case 'closed':
      return { title: 'Disconnected', detail: 'The server closed this page; reload to try again' }
  }
}

/** How old the data on the screen is, for the large label over an old picture; null when there is none to age. */
export function agedLabel(freshness: Freshness): string | null {
  if (freshness.kind === 'connecting' || freshness.ageMs === null) return null
  return `Data is ${formatAge(freshness.ageMs)} old`
}

function ago(ageMs: number | null): string {
  if (ageMs === null) return 'not seen yet'
  return ageMs < 1000 ? 'just now' : `${formatAge(ageMs)} ago`
}

function nextTry(retryAt: number | null, now: number): string {
  if (retryAt === null || retryAt - now < 1000) return 'Trying to reconnect now'
  return `Next try in ${formatAge(retryAt - now)}`
}
