/**
 * From access to the connections: what administrators see as it happens, and
 * which displays go dark. Sessions look after their connections themselves.
 */
import type { AdminNews } from '../shared/access.ts'
import type { Access } from './access/access.ts'
import { displayUserId } from './access/connection-auth.ts'

/** The part of a Tidewire server this works with. */
interface Connections {
  publish(channel: 'admin', payload: AdminNews): Promise<unknown>
  disconnect(target: { readonly userId: string }): number
}

/** Listens to all of access for the life of the server. */
export function tellAdministrators(
  { audit, settings, displays }: Access,
  tide: Connections,
  warn: (message: string) => void,
): void {
  const publish = (news: AdminNews): void => {
    tide.publish('admin', news).catch((error: unknown) => warn(`not told to admins: ${error}`))
  }
  audit.onEntry((entry) => publish({ kind: 'audit', entry }))
  settings.onChanged((current) => publish({ kind: 'settings', settings: current }))
  displays.onRevoked((id) => tide.disconnect({ userId: displayUserId(id) }))
}
