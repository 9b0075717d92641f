/**
 * Palo Alto Networks PAN-OS: TRAFFIC and THREAT logs in the default CSV format.
 *
 * Both types share their first 31 columns; from there on each has its own
 * table. Other log types are understood and ignored.
 */
import { isIP } from 'node:net'
import { readDigits } from '../syslog/priority.ts'
import type { SyslogMessage } from '../syslog/syslog-message.ts'
import { readCsvFields } from './csv-fields.ts'
import { ignored, unreadable, type VendorParser, type VendorResult } from './vendor-parser.ts'

/** What TRAFFIC and THREAT have in common. */
export interface PanosSession {
  /** `start`, `end`, `drop`, `deny`; `url`, `vulnerability`, `spyware`, `scan`, … */
  readonly subtype: string
  /** When the firewall wrote it, by its clock, in ms since the epoch; null when unreadable. */
  readonly at: number | null
  readonly source: string
  readonly destination: string
  /** Null for protocols without ports. */
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  readonly rule: string
  /** As User-ID knows them; empty when it does not. */
  readonly sourceUser: string
  readonly destinationUser: string
  readonly application: string
  readonly protocol: string
  /** As written: `allow`, `deny`, `reset-both`, … */
  readonly action: string
  /** How many sessions the line stands for; at least 1. */
  readonly count: number
}

/** A session log. */
export interface PanosTraffic {
  readonly vendor: 'panos'
  readonly type: 'TRAFFIC'
  readonly session: PanosSession
}

/** A threat log: what was found in a session. */
export interface PanosThreat {
  readonly vendor: 'panos'
  readonly type: 'THREAT'
  readonly session: PanosSession
  /** Name and id: `Bredolab.Gen Command and Control Traffic(13024)`, or `(9999)`. */
  readonly threat: string
  readonly category: string
  /** `informational`, `low`, `medium`, `high`, `critical`. */
  readonly severity: string
  /** `client-to-server` or `server-to-client`. */
  readonly direction: string
}

/** One PAN-OS line. */
export type PanosRecord = PanosTraffic | PanosThreat

// Column numbers of PAN-OS 10's "Syslog Field Descriptions", from 0.
const column = {
  type: 3,
  subtype: 4,
  generatedAt: 6,
  source: 7,
  destination: 8,
  rule: 11,
  sourceUser: 12,
  destinationUser: 13,
  application: 14,
  count: 23,
  sourcePort: 24,
  destinationPort: 25,
  protocol: 29,
  action: 30,
} as const
const threatColumn = { threat: 32, category: 33, severity: 34, direction: 35 } as const

const lastColumn = threatColumn.direction
const ignoredTypes: ReadonlySet<string> = new Set([
  'AUDIT',
  'AUTHENTICATION',
  'CONFIG',
  'CORRELATION',
  'DECRYPTION',
  'GLOBALPROTECT',
  'GTP',
  'HIPMATCH',
  'HIP-MATCH',
  'IPTAG',
  'SCTP',
  'SYSTEM',
  'TUNNEL',
  'USERID',
])
const logTypes: ReadonlySet<string> = new Set(['TRAFFIC', 'THREAT', ...ignoredTypes])

/** Reads PAN-OS by the log type in the fourth column. */
export const panos: VendorParser<PanosRecord> = {
  recognises: ({ text }) => logTypes.has(fourthColumn(text)),
  parse,
}

/** Asked for every line, so it cuts no strings before the fourth comma is found. */
function fourthColumn(text: string): string {
  let start = 0
  for (let count = 0; count < column.type; count++) {
    start = text.indexOf(',', start) + 1
    if (start === 0) return ''
  }
  const end = text.indexOf(',', start)
  return end === -1 ? '' : text.slice(start, end)
}

function parse({ text }: SyslogMessage): VendorResult<PanosRecord> {
  const fields = readCsvFields(text, lastColumn + 1)
  const type = fields[column.type] ?? ''
  if (ignoredTypes.has(type)) return ignored
  if (fields.length <= column.action) return unreadable('panos: too few columns')
  const session = readSession(fields)
  if (isIP(session.source) === 0 || isIP(session.destination) === 0) {
    return unreadable('panos: no address')
  }
  const record = type === 'TRAFFIC' ? trafficOf(session) : threatOf(session, fields)
  return { kind: 'record', record }
}

function trafficOf(session: PanosSession): PanosTraffic {
  return { vendor: 'panos', type: 'TRAFFIC', session }
}

function threatOf(session: PanosSession, fields: readonly string[]): PanosThreat {
  return {
    vendor: 'panos',
    type: 'THREAT',
    session,
    threat: fields[threatColumn.threat] ?? '',
    category: fields[threatColumn.category] ?? '',
    severity: fields[threatColumn.severity] ?? '',
    direction: fields[threatColumn.direction] ?? '',
  }
}

function readSession(fields: readonly string[]): PanosSession {
  const text = (index: number): string => fields[index] ?? ''
  return {
    subtype: text(column.subtype),
    at: readLocalTime(text(column.generatedAt)),
    source: text(column.source),
    destination: text(column.destination),
    sourcePort: readPort(text(column.sourcePort)),
    destinationPort: readPort(text(column.destinationPort)),
    rule: text(column.rule),
    sourceUser: text(column.sourceUser),
    destinationUser: text(column.destinationUser),
    application: text(column.application),
    protocol: text(column.protocol),
    action: text(column.action),
    count: readCount(text(column.count)),
  }
}

/** `2012/04/10 04:39:56` names no zone: local time of this server, as for RFC 3164. */
function readLocalTime(text: string): number | null {
  if (text.length !== 'YYYY/MM/DD hh:mm:ss'.length) return null
  const year = readDigits(text, 0, 4)
  const month = readDigits(text, 5, 7)
  const day = readDigits(text, 8, 10)
  const hours = readDigits(text, 11, 13)
  const minutes = readDigits(text, 14, 16)
  const seconds = readDigits(text, 17, 19)
  if (year === undefined || month === undefined || day === undefined) return null
  if (hours === undefined || minutes === undefined || seconds === undefined) return null
  return new Date(year, month - 1, day, hours, minutes, seconds).getTime()
}

function readPort(text: string): number | null {
  const port = readDigits(text, 0, text.length)
  return port === undefined || port === 0 || port > 65_535 ? null : port
}

function readCount(text: string): number {
  const count = text.length > 9 ? undefined : readDigits(text, 0, text.length)
  return count === undefined || count < 1 ? 1 : count
}
