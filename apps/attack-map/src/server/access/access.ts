/**
 * Everything that decides who may do what, opened together from one folder.
 */
import type { DataFolder } from '../data/data-folder.ts'
import { type LogoFile, openLogo } from '../settings/logo-file.ts'
import { openSettings, type SettingsFile } from '../settings/settings-file.ts'
import { type AuditLog, openAuditLog } from './audit-log.ts'
import { type DisplayTokens, openDisplayTokens } from './display-tokens.ts'
import type { Passwords } from './passwords.ts'
import { SessionStore } from './session-store.ts'
import { SignIn } from './sign-in.ts'
import { openUsers, type Users } from './users.ts'

/** The parts that the HTTP API and the channels work with. */
export interface Access {
  readonly users: Users
  readonly signIn: SignIn
  readonly sessions: SessionStore
  readonly displays: DisplayTokens
  readonly settings: SettingsFile
  readonly logo: LogoFile
  readonly audit: AuditLog
}

/** What access is opened with. */
export interface AccessOptions {
  readonly folder: DataFolder
  readonly passwords: Passwords
  /** This server's clock, in ms since the epoch. */
  readonly now: () => number
  /** Takes what goes wrong while running, one line each. */
  readonly warn: (message: string) => void
}

/** Reads all files of the folder; rejects with a StartupError when one of them is broken. */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const { folder, now, warn } = options
  const users = await openUsers(options)
  const displays = await openDisplayTokens(folder, now)
  const settings = await openSettings(folder)
  const logo = await openLogo(folder)
  const audit = await openAuditLog({ folder, now, warn })
  const sessions = new SessionStore({ now })
  // A session holds for the password and the role it began with.
  users.onChanged((name) => sessions.endAllOf(name))
  await audit.record({ who: null, what: 'server-started', target: null, from: null })
  const signIn = new SignIn(users, now)
  return { users, signIn, sessions, displays, settings, logo, audit }
}

/** Lets go of everything; what was recorded is on the disk by then. */
export async function closeAccess({ sessions, audit }: Access): Promise<void> {
  sessions.close()
  await audit.settled
}
