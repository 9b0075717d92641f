/**
 * What administrators do, written into the audit log: who did it and from where is
 * read off the request.
 */
import type { Request } from 'express'
import type { AuditAction } from '../../shared/access.ts'
import type { AuditLog } from '../access/audit-log.ts'
import { addressOf } from './who-asks.ts'

/** Writes down what the user of a request did. */
export type RecordDeed = (request: Request, what: AuditAction, target: string) => Promise<void>

/** Writes it into this log. */
export function recordDeedsIn(audit: AuditLog): RecordDeed {
  return (request, what, target) => {
    // By its session: whoever removed themselves is nobody's user by now.
    const who = request.session.userName ?? null
    return audit.record({ who, what, target, from: addressOf(request) })
  }
}
