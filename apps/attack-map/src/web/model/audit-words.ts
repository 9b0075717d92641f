/** What an entry of the audit log says, in words. */

import type { AuditAction, AuditEntry } from '../../shared/access.ts'

const sentences: Readonly<Record<AuditAction, string>> = {
  'server-started': 'Server started',
  'sign-in': 'Signed in',
  'sign-in-refused': 'Sign-in refused',
  'sign-in-limited': 'Too many sign-ins',
  'sign-out': 'Signed out',
  'password-changed': 'Changed own password',
  'user-added': 'User added',
  'user-removed': 'User removed',
  'user-role-set': 'Role given',
  'user-password-set': 'One-time password given',
  'display-created': 'Display token made',
  'display-revoked': 'Display token revoked',
  'settings-changed': 'Settings changed',
  'logo-set': 'Logo set',
  'logo-removed': 'Logo removed',
}

/** The words for an entry; an action of another version is told by its own name. */
export function auditWords({ what, target }: AuditEntry): string {
  const sentence = sentences[what] ?? what
  return target === null ? sentence : `${sentence}: ${target}`
}
