/** What changes while the admin page is open: sources, audit entries, settings. */

import { connect } from 'tidewire/client'
import type { AttackMapTide } from '../../server/channels.ts'
import type { AuditEntry, Settings } from '../../shared/access.ts'
import type { SourceReport } from '../../shared/source-health.ts'

/** Who takes it in. */
export interface AdminFeedListener {
  onSources(report: SourceReport): void
  onAudit(entry: AuditEntry): void
  onSettings(settings: Settings): void
  onOnline(online: boolean): void
  /** The session this page was opened with is over. */
  onAccessEnded(): void
}

/** Connects for the life of the page. */
export function openAdminFeed(url: string, listener: AdminFeedListener): void {
  const client = connect<AttackMapTide>(url)
  client.on('state', (state) => {
    listener.onOnline(state.kind === 'online')
    if (state.kind === 'closed') listener.onAccessEnded()
  })
  const onEnd = ({ code }: { readonly code: string }): void => {
    if (code === 'FORBIDDEN') listener.onAccessEnded()
  }
  // A report replaces the one before: missing some is no loss.
  const onGap = (): void => {}
  client
    .channel('sources')
    .subscribe((event) => listener.onSources(event.payload), { last: 1, onGap, onEnd })
  client.channel('admin').subscribe(
    ({ payload }) => {
      if (payload.kind === 'audit') listener.onAudit(payload.entry)
      else listener.onSettings(payload.settings)
    },
    { onGap, onEnd },
  )
}
