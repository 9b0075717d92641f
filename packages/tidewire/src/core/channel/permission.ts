import type { ChannelParams } from '../../protocol/channel-pattern.ts'
import type { Identity } from '../ports/auth.ts'

/**
 * The application's own word on who may do something on a channel: asked after
 * the declared access allowed it, and both must agree.
 *
 * `true` allows. Anything else does not: `false`, another value, a throw, a
 * rejection, no answer within `limits.permissionTimeoutMs`. The client is told
 * `FORBIDDEN`; the log has the cause, unless it was a plain `false`.
 */
export type Permission = (request: PermissionRequest) => boolean | Promise<boolean>

/** What a permission is asked about. */
export interface PermissionRequest {
  /** Who is on the connection, with the claims of the credential; null for nobody known. */
  readonly user: Identity | null
  /** The whole name: `chat:lobby`. */
  readonly channel: string
  /** The values the name gives to the params of its pattern: `{ room: 'lobby' }`. */
  readonly params: ChannelParams
  readonly connection: PermissionConnection
}

/** The connection that asks. */
export interface PermissionConnection {
  /** As in the `connected` frame, for `tide.disconnect({ connectionId })`. */
  readonly connectionId: string
  /** The other end's address, proxies that are trusted taken into account. */
  readonly remoteAddress: string
}
