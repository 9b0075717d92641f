/**
 * Netfilter's LOG target: `[prefix]IN=… OUT=… SRC=… DST=… PROTO=… SPT=… DPT=…`.
 *
 * The prefix is whatever the operator wrote into the rule. Fields count from
 * `IN=` on, the first of a name wins, and an ICMP error's quoted packet, in
 * brackets at the end, is not looked at.
 */
import { isIP } from 'node:net'
import { readDigits } from '../syslog/priority.ts'
import type { SyslogMessage } from '../syslog/syslog-message.ts'
import { unreadable, type VendorParser, type VendorResult } from './vendor-parser.ts'

/** One logged packet. */
export interface IptablesRecord {
  readonly vendor: 'iptables'
  /** What stands before `IN=`, trimmed; may be empty. */
  readonly prefix: string
  /** The interface it came in by; empty for packets of this host. */
  readonly inbound: string
  /** The interface it leaves by; empty for packets to this host. */
  readonly outbound: string
  readonly source: string
  readonly destination: string
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** As written: `TCP`, `UDP`, `ICMPv6`, or a number. */
  readonly protocol: string
}

const outField = ' OUT='
const inField = 'IN='
// `[12345.678901]`, the kernel's uptime, is no part of the operator's prefix.
const uptime = /^\[ *\d+\.\d+\] ?/

/** Reads netfilter packet logs of any tag. */
export const iptables: VendorParser<IptablesRecord> = {
  recognises: ({ text }) => text.includes(outField) && text.includes(' SRC='),
  parse,
}

function parse({ text }: SyslogMessage): VendorResult<IptablesRecord> {
  const out = text.indexOf(outField)
  const start = text.lastIndexOf(inField, out)
  if (start === -1) return unreadable('iptables: no IN=')
  const fields = readFields(text, start)
  const source = fields.get('SRC') ?? ''
  const destination = fields.get('DST') ?? ''
  if (isIP(source) === 0 || isIP(destination) === 0) return unreadable('iptables: no address')
  return {
    kind: 'record',
    record: {
      vendor: 'iptables',
      prefix: text.slice(0, start).replace(uptime, '').trim(),
      inbound: fields.get('IN') ?? '',
      outbound: fields.get('OUT') ?? '',
      source,
      destination,
      sourcePort: readPort(fields.get('SPT')),
      destinationPort: readPort(fields.get('DPT')),
      protocol: fields.get('PROTO') ?? '',
    },
  }
}

function readFields(text: string, start: number): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  let position = start
  let equals = -1
  while (position < text.length && text[position] !== '[') {
    const end = indexOrEnd(text, ' ', position)
    // Words without `=` are many in hostile lines; search on from the last one.
    if (equals < position) equals = indexOrEnd(text, '=', position)
    if (equals < end) {
      const name = text.slice(position, equals)
      if (!fields.has(name)) fields.set(name, text.slice(equals + 1, end))
    }
    position = end + 1
  }
  return fields
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from)
  return index === -1 ? text.length : index
}

function readPort(text: string | undefined): number | null {
  if (text === undefined || text.length > 5) return null
  const port = readDigits(text, 0, text.length)
  return port === undefined || port > 65_535 ? null : port
}
