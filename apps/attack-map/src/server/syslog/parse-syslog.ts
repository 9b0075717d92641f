/**
 * One decoded syslog line to a message, whichever format it is in.
 */
import { readPriority } from './priority.ts'
import { parseRfc3164 } from './rfc3164.ts'
import { parseRfc5424, startsLikeRfc5424 } from './rfc5424.ts'
import type { SyslogResult } from './syslog-message.ts'

/** Parses `line`; `now` in ms since the epoch helps lines that name no year. */
export function parseSyslog(line: string, now: number): SyslogResult {
  const priority = readPriority(line)
  const isRfc5424 =
    priority !== undefined && priority.value !== null && startsLikeRfc5424(line, priority.end)
  return isRfc5424 ? parseRfc5424(line) : parseRfc3164(line, now)
}
