/**
 * Who looks at the page, and what an administrator sees of users, displays,
 * settings and the audit log: the JSON of the HTTP API, and of `admin`.
 */

/** What a signed-in user may do: `operator` sees whole events, `admin` changes things too. */
export type Role = 'operator' | 'admin'

/** Whoever asked for the page. */
export type Viewer =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user'
      readonly name: string
      readonly role: Role
      /** True until the password somebody else chose has been replaced: such a user sees what anybody does. */
      readonly mustChangePassword: boolean
    }
  | { readonly kind: 'display'; readonly label: string; readonly view: DisplayView }

/** What a display shows: what anybody sees, or whole events. */
export type DisplayView = 'public' | 'operator'

/** What `GET /api/page` answers: all a page has to know before it connects. */
export interface PageStart {
  readonly viewer: Viewer
  readonly site: Site
}

/** How this site presents itself. */
export interface Site {
  /** The heading of the page. */
  readonly name: string
  /** Where attacks on private addresses land; to the whole degree unless the viewer may see whole events. */
  readonly home: SitePoint | null
  /** Where the logo is; null without one. */
  readonly logo: string | null
}

/** A point on the globe, in degrees. */
export interface SitePoint {
  readonly latitude: number
  readonly longitude: number
}

/** What an administrator can set; kept over restarts. */
export interface Settings {
  /** The heading of the page, 1 to 60 characters. Default `Attack map`. */
  readonly siteName: string
  /** Where attacks on private addresses land on the map; null for a mark below it. Default null. */
  readonly home: SitePoint | null
  /** After how many seconds without a line a device, or the network, is called silent. Default 60. */
  readonly silentAfterSeconds: number
}

/** A user, without anything secret. */
export interface UserEntry {
  readonly name: string
  readonly role: Role
  readonly mustChangePassword: boolean
  /** In ms since the epoch. */
  readonly createdAt: number
}

/** A display token, without the token: that is shown once, when it is made. */
export interface DisplayEntry {
  readonly id: string
  readonly label: string
  readonly view: DisplayView
  /** In ms since the epoch. */
  readonly createdAt: number
  readonly createdBy: string
}

/** One thing that was done, or refused. */
export interface AuditEntry {
  /** In ms since the epoch. */
  readonly at: number
  /** The user who did it; null for somebody who was not signed in. */
  readonly who: string | null
  readonly what: AuditAction
  /** The user, display or setting it was done to; null when there is none. */
  readonly target: string | null
  /** The address it came from; null for the server itself. */
  readonly from: string | null
}

/** What the audit log knows of. */
export type AuditAction =
  | 'server-started'
  | 'sign-in'
  | 'sign-in-refused'
  | 'sign-in-limited'
  | 'sign-out'
  | 'password-changed'
  | 'user-added'
  | 'user-removed'
  | 'user-role-set'
  | 'user-password-set'
  | 'display-created'
  | 'display-revoked'
  | 'settings-changed'
  | 'logo-set'
  | 'logo-removed'

/** The payload of the `admin` channel: what changed just now. */
export type AdminNews =
  | { readonly kind: 'audit'; readonly entry: AuditEntry }
  | { readonly kind: 'settings'; readonly settings: Settings }
