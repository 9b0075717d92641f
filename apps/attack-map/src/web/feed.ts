/**
 * From Tidewire channels to the model of the page: what arrives, what the
 * connection does, and what an outage cost. Nothing here draws.
 */

import { type Client, connect } from 'tidewire/client'
import type { AttackMapTide } from '../server/channels.ts'
import type { PublicAttack } from '../shared/public-attack.ts'
import type { Stats } from '../shared/stats.ts'
import type { Signal } from './model/freshness.ts'
import { OutageReporter } from './model/outage-reporter.ts'

/** How many kept attacks fill a new page. */
const historyEvents = 500

/** Who takes in what the feed brings. */
export interface FeedListener {
  /** @param publishedAt server time, in ms since the epoch */
  onAttack(attack: PublicAttack, publishedAt: number): void
  onStats(stats: Stats): void
  onSignal(signal: Signal): void
  /** A sentence for the person at the screen. */
  onNotice(sentence: string): void
  /** When the page last heard from the server, in local ms; null when never. */
  heardAt(): number | null
}

/** Connects to the server and stays connected for the life of the page. */
export function openFeed(url: string, listener: FeedListener): void {
  const client = connect<AttackMapTide>(url)
  const outages = new OutageReporter((sentence) => listener.onNotice(sentence))
  client.on('state', (state) => {
    const at = Date.now()
    if (state.kind === 'online') {
      outages.back(at)
      listener.onSignal({ kind: 'online', at })
    } else if (state.kind === 'closed') {
      listener.onSignal({ kind: 'closed', at })
    } else if (state.kind === 'waiting') {
      outages.lost(at, listener.heardAt())
      listener.onSignal({ kind: 'lost', at, retryAt: state.retryAt })
    }
  })
  subscribe(client, listener, outages)
}

function subscribe(
  client: Client<AttackMapTide['channels']>,
  listener: FeedListener,
  outages: OutageReporter,
): void {
  // Statistics first: they carry the server's clock, by which the history is aged.
  client.channel('stats').subscribe((event) => listener.onStats(event.payload), {
    last: 1,
    // A snapshot replaces the one before: missing some is no loss.
    onGap: () => {},
  })
  client
    .channel('attacks:public')
    .subscribe((event) => listener.onAttack(event.payload, event.time ?? Date.now()), {
      last: historyEvents,
      onGap: ({ missed, reason }) => outages.aftermath({ kind: 'lost', missed, reason }),
      onRecovered: ({ events }) => outages.aftermath({ kind: 'recovered', events }),
      onEnd: ({ code, message }) => {
        // A connection closed for good has its own place on the screen.
        if (code !== 'CLOSED') listener.onNotice(`The server ended the feed: ${message}`)
      },
    })
}
