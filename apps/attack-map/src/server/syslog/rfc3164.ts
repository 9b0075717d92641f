/**
 * RFC 3164 ("BSD") syslog, as devices really send it.
 *
 * Lenient: priority, timestamp, host and tag may each be missing, and the
 * timestamp may carry a year or be ISO 8601. What cannot be header is text.
 */
import { type BsdTimestamp, readBsdTimestamp } from './bsd-timestamp.ts'
import { parseIsoTimestamp } from './iso-timestamp.ts'
import { readPriority } from './priority.ts'
import { refused, type SyslogResult } from './syslog-message.ts'

// Longer than the RFC's 32: systemd units and Windows agents exceed it.
const longestTag = 64
const longestHost = 255

/** Parses one line; `now` (ms since the epoch) chooses the year the line does not name. */
export function parseRfc3164(line: string, now: number): SyslogResult {
  if (line === '') return refused('empty')
  const priority = readPriority(line)
  if (priority === undefined) return refused('priority')
  const time = readTimestamp(line, priority.end, now)
  const host = time === undefined ? undefined : readHost(line, time.end)
  const tag = readTag(line, host?.end ?? time?.end ?? priority.end)
  return {
    ok: true,
    message: {
      priority: priority.value,
      version: null,
      at: time?.at ?? null,
      host: host?.name ?? null,
      app: tag.app,
      processId: tag.processId,
      messageId: null,
      structuredData: null,
      text: line.slice(tag.end),
    },
  }
}

function readTimestamp(line: string, start: number, now: number): BsdTimestamp | undefined {
  const bsd = readBsdTimestamp(line, start, now)
  if (bsd !== undefined) return bsd
  const end = line.indexOf(' ', start)
  if (end === -1 || line[start + 4] !== '-') return undefined
  const at = parseIsoTimestamp(line.slice(start, end))
  return at === undefined ? undefined : { at, end: end + 1 }
}

/** The host, unless the next word is the tag already or no host name at all. */
function readHost(line: string, start: number): { name: string; end: number } | undefined {
  const end = line.indexOf(' ', start)
  if (end <= start || end - start > longestHost || line[end - 1] === ':') return undefined
  for (let index = start; index < end; index++) {
    if (!isHostCode(line.charCodeAt(index))) return undefined
  }
  return { name: line.slice(start, end), end: end + 1 }
}

interface Tag {
  readonly app: string | null
  readonly processId: string | null
  /** Where the text starts. */
  readonly end: number
}

/** `app:` or `app[pid]:`; anything else is text from `start` on. */
function readTag(line: string, start: number): Tag {
  const none = { app: null, processId: null, end: start }
  let end = start
  while (isTagCode(line.charCodeAt(end))) end++
  if (end === start || end - start > longestTag) return none
  const app = line.slice(start, end)
  if (line[end] === ':') return { app, processId: null, end: skipSpace(line, end + 1) }
  if (line[end] !== '[') return none
  const close = line.indexOf(']', end)
  if (close === -1 || close - end > longestTag || line[close + 1] !== ':') return none
  return { app, processId: line.slice(end + 1, close), end: skipSpace(line, close + 2) }
}

function skipSpace(line: string, position: number): number {
  return line[position] === ' ' ? position + 1 : position
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || isDigit(code)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Letters, digits and `-` `.` `:` `_`: names, IPv4 and IPv6. */
function isHostCode(code: number): boolean {
  return isAlphanumeric(code) || code === 0x2d || code === 0x2e || code === 0x3a || code === 0x5f
}

/** Letters, digits and `%` `(` `)` `-` `.` `/` `_`. */
function isTagCode(code: number): boolean {
  if (isAlphanumeric(code) || code === 0x5f || code === 0x25) return true
  return code === 0x28 || code === 0x29 || (code >= 0x2d && code <= 0x2f)
}
