/**
 * From Tidewire channels to the model of the page: what arrives, what the
 * connection does, and what an outage cost. Nothing here draws.
 */

import { type Client, connect, type SubscribeOptions } from 'tidewire/client'
import type { AttackMapTide } from '../server/channels.ts'
import type { Viewer } from '../shared/access.ts'
import type { Stats } from '../shared/stats.ts'
import { seesWholeEvents } from './api/page-start.ts'
import type { Signal } from './model/freshness.ts'
import { OutageReporter } from './model/outage-reporter.ts'
import type { ShownAttack } from './model/shown-attack.ts'

/** How many kept attacks fill a new page. */
const historyEvents = 500

/** Token refused, disconnected by the server. */
const accessCloseCodes: ReadonlySet<number> = new Set([4003, 4006])

/** Who takes in what the feed brings. */
export interface FeedListener {
  /** @param publishedAt server time, in ms since the epoch */
  onAttack(attack: ShownAttack, publishedAt: number): void
  onStats(stats: Stats): void
  onSignal(signal: Signal): void
  /** A sentence for the person at the screen. */
  onNotice(sentence: string): void
  /** What the page was opened with no longer holds: a session, a display token. */
  onAccessEnded(): void
  /** When the page last heard from the server, in local ms; null when never. */
  heardAt(): number | null
}

/** Who connects. */
export interface FeedOptions {
  /** Where the server is. */
  readonly url: string
  readonly viewer: Viewer
  /** The token of this display; null without one. */
  readonly token: string | null
}

/** Connects to the server and stays connected for the life of the page. */
export function openFeed({ url, viewer, token }: FeedOptions, listener: FeedListener): void {
  const client = connect<AttackMapTide>(url, token === null ? {} : { token })
  const outages = new OutageReporter((sentence) => listener.onNotice(sentence))
  client.on('state', (state) => {
    const at = Date.now()
    if (state.kind === 'online') {
      outages.back(at)
      listener.onSignal({ kind: 'online', at })
    } else if (state.kind === 'closed') {
      if (accessCloseCodes.has(state.code)) listener.onAccessEnded()
      listener.onSignal({ kind: 'closed', at })
    } else if (state.kind === 'waiting') {
      outages.lost(at, listener.heardAt())
      listener.onSignal({ kind: 'lost', at, retryAt: state.retryAt })
    }
  })
  // Statistics first: they carry the server's clock, by which the history is aged.
  client.channel('stats').subscribe((event) => listener.onStats(event.payload), {
    last: 1,
    // A snapshot replaces the one before: missing some is no loss.
    onGap: () => {},
    // The attacks tell of the same end.
    onEnd: () => {},
  })
  subscribeAttacks(client, { viewer, listener, outages })
}

interface AttackReading {
  readonly viewer: Viewer
  readonly listener: FeedListener
  readonly outages: OutageReporter
}

function subscribeAttacks(
  client: Client<AttackMapTide['channels']>,
  { viewer, listener, outages }: AttackReading,
): void {
  const options: SubscribeOptions = {
    last: historyEvents,
    onGap: ({ missed, reason }) => outages.aftermath({ kind: 'lost', missed, reason }),
    onRecovered: ({ events }) => outages.aftermath({ kind: 'recovered', events }),
    onEnd: ({ code, message }) => {
      if (code === 'FORBIDDEN') listener.onAccessEnded()
      // A connection closed for good has its own place on the screen.
      else if (code !== 'CLOSED') listener.onNotice(`The server ended the feed: ${message}`)
    },
  }
  const onAttack = (event: {
    readonly payload: ShownAttack
    readonly time?: number | undefined
  }): void => listener.onAttack(event.payload, event.time ?? Date.now())
  if (seesWholeEvents(viewer)) client.channel('attacks:operator').subscribe(onAttack, options)
  else client.channel('attacks:public').subscribe(onAttack, options)
}
