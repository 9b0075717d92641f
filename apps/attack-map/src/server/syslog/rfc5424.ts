/**
 * RFC 5424 syslog: text in, message or fault out.
 *
 * Strict: a line that starts like RFC 5424 and breaks its rules is refused,
 * because a half-read header would put the event at a wrong time or host.
 */
import { parseIsoTimestamp } from './iso-timestamp.ts'
import { readDigits, readPriority } from './priority.ts'
import { readStructuredData } from './structured-data.ts'
import {
  refused,
  type SyslogFault,
  type SyslogMessage,
  type SyslogResult,
} from './syslog-message.ts'

const firstPrintable = 33
const lastPrintable = 126
const longestTimestamp = 32
const byteOrderMark = '\ufeff'

interface HeaderField {
  readonly fault: SyslogFault
  readonly longest: number
}

// In the order of the line, with the lengths of §6.
const headerFields: readonly HeaderField[] = [
  { fault: 'timestamp', longest: longestTimestamp },
  { fault: 'hostname', longest: 255 },
  { fault: 'app-name', longest: 48 },
  { fault: 'process-id', longest: 128 },
  { fault: 'message-id', longest: 32 },
]

/** Whether the text after `<PRI>` is a version and a space, as only RFC 5424 has. */
export function startsLikeRfc5424(line: string, afterPriority: number): boolean {
  const space = line.indexOf(' ', afterPriority)
  return space !== -1 && readVersion(line, afterPriority, space) !== undefined
}

/** Parses one line. */
export function parseRfc5424(line: string): SyslogResult {
  const prefix = readPrefix(line)
  if (typeof prefix === 'string') return refused(prefix)
  const header = readHeader(line, prefix.end)
  if (typeof header === 'string') return refused(header)
  const body = readBody(line, header.end)
  if (body === undefined) return refused('structured-data')
  const { priority, version } = prefix
  const { at, host, app, processId, messageId } = header
  const { structuredData, text } = body
  return {
    ok: true,
    message: { priority, version, at, host, app, processId, messageId, structuredData, text },
  }
}

/** `<PRI>VERSION SP`, and where the header fields start. */
function readPrefix(
  line: string,
): { priority: number; version: number; end: number } | SyslogFault {
  const priority = readPriority(line)
  if (priority === undefined || priority.value === null) return 'priority'
  const end = endOfVersion(line, priority.end)
  const version = readVersion(line, priority.end, end)
  if (version === undefined) return 'version'
  return line[end] === ' ' ? { priority: priority.value, version, end: end + 1 } : 'header'
}

type Header = Pick<SyslogMessage, 'at' | 'host' | 'app' | 'processId' | 'messageId'>

/** The five header fields, and where the structured data starts. */
function readHeader(line: string, start: number): (Header & { end: number }) | SyslogFault {
  const values: (string | null)[] = []
  let position = start
  for (const field of headerFields) {
    const end = endOfField(line, position, field.longest)
    if (end === undefined) return field.fault
    values.push(end === position + 1 && line[position] === '-' ? null : line.slice(position, end))
    position = end + 1
  }
  const [timestamp = null, host = null, app = null, processId = null, messageId = null] = values
  const at = timestamp === null ? null : parseIsoTimestamp(timestamp)
  if (at === undefined) return 'timestamp'
  return { at, host, app, processId, messageId, end: position }
}

function readBody(
  line: string,
  start: number,
): Pick<SyslogMessage, 'structuredData' | 'text'> | undefined {
  const structured = readStructuredData(line, start)
  if (structured === undefined) return undefined
  if (structured.end < line.length && line[structured.end] !== ' ') return undefined
  const text = line.slice(structured.end + 1)
  return {
    structuredData: structured.data,
    text: text.startsWith(byteOrderMark) ? text.slice(1) : text,
  }
}

function endOfVersion(line: string, start: number): number {
  let end = start
  while (readDigits(line, end, end + 1) !== undefined) end++
  return end
}

function readVersion(line: string, start: number, end: number): number | undefined {
  if (line[start] === '0' || end - start > 3) return undefined
  return readDigits(line, start, end)
}

/** The index of the space that ends the field. */
function endOfField(line: string, start: number, longest: number): number | undefined {
  let end = start
  while (isPrintable(line.charCodeAt(end))) end++
  if (end === start || end - start > longest) return undefined
  return line[end] === ' ' ? end : undefined
}

function isPrintable(code: number): boolean {
  return code >= firstPrintable && code <= lastPrintable
}
