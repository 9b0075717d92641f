/**
 * The vendors the map understands. A new one is a parser, a line here and its
 * rules in `normalise/`.
 */
import type { SyslogMessage } from '../syslog/syslog-message.ts'
import { type IptablesRecord, iptables } from './iptables.ts'
import { type PanosRecord, panos } from './panos.ts'
import { type SshdRecord, sshd } from './sshd.ts'
import type { VendorParser, VendorResult } from './vendor-parser.ts'

/** What any of the parsers can return; `vendor` tells which. */
export type VendorRecord = SshdRecord | IptablesRecord | PanosRecord

// The cheapest question first: sshd only looks at the tag.
const parsers: readonly VendorParser<VendorRecord>[] = [sshd, panos, iptables]

/** Asks each vendor in turn; undefined when the message is nobody's. */
export function parseVendor(message: SyslogMessage): VendorResult<VendorRecord> | undefined {
  for (const parser of parsers) {
    if (parser.recognises(message)) return parser.parse(message)
  }
  return undefined
}
