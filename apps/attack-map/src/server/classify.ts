/**
 * One decoded line to what became of it: pure, and it never throws.
 */
import { normalise, type Receipt } from './normalise/normalise.ts'
import type { SecurityEvent } from './normalise/security-event.ts'
import { parseSyslog } from './syslog/parse-syslog.ts'
import type { SyslogMessage } from './syslog/syslog-message.ts'
import { parseVendor } from './vendors/list.ts'

/** `filtered`: understood, and no security event. `unparsed`: nobody could read it. */
export type Classification =
  | { readonly kind: 'event'; readonly event: SecurityEvent }
  | { readonly kind: 'filtered' }
  | { readonly kind: 'unparsed'; readonly reason: string }

const filtered: Classification = { kind: 'filtered' }
const unknownVendor: Classification = { kind: 'unparsed', reason: 'no parser knows it' }

/** Reads one line from header to event. */
export function classify(text: string, receipt: Receipt): Classification {
  const syslog = parseSyslog(text, receipt.receivedAt)
  if (!syslog.ok) return { kind: 'unparsed', reason: `syslog: ${syslog.fault}` }
  const { message } = syslog
  return (
    classifyMessage(message, receipt) ?? classifyRelayed(message.text, receipt) ?? unknownVendor
  )
}

/** Undefined when no vendor knows the message. */
function classifyMessage(message: SyslogMessage, receipt: Receipt): Classification | undefined {
  const result = parseVendor(message)
  if (result === undefined) return undefined
  if (result.kind === 'ignored') return filtered
  if (result.kind === 'unreadable') return { kind: 'unparsed', reason: result.reason }
  const event = normalise(result.record, message, receipt)
  return event === null ? filtered : { kind: 'event', event }
}

/** `logger --file` and relays put a header of their own in front of a whole line. */
function classifyRelayed(text: string, receipt: Receipt): Classification | undefined {
  const inner = parseSyslog(text, receipt.receivedAt)
  const hasHeader = inner.ok && inner.message.at !== null
  return hasHeader ? classifyMessage(inner.message, receipt) : undefined
}
