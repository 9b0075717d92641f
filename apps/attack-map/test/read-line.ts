/**
 * Reads one line as the pipeline does, up to the vendor's record.
 */
import { parseSyslog } from '../src/server/syslog/parse-syslog.ts'
import type { SyslogMessage } from '../src/server/syslog/syslog-message.ts'
import { parseVendor, type VendorRecord } from '../src/server/vendors/list.ts'

/** The message of a line that must be syslog. */
export function readMessage(text: string, now = Date.now()): SyslogMessage {
  const result = parseSyslog(text, now)
  if (!result.ok) throw new Error(`not syslog (${result.fault}): ${text}`)
  return result.message
}

/** The vendor's record; undefined when the line gives none. */
export function readRecord(text: string): VendorRecord | undefined {
  const result = parseVendor(readMessage(text))
  return result?.kind === 'record' ? result.record : undefined
}
