/**
 * Timestamps of RFC 5424 §6.2.3: the stricter half of RFC 3339.
 *
 * Upper-case `T` and `Z`, at most six digits of a second, no leap second, and
 * the day must exist. Parsed by position: `Date.parse` accepts far more.
 */
import { readDigits } from './priority.ts'

const shortest = 'YYYY-MM-DDThh:mm:ssZ'.length
const endOfSeconds = shortest - 1
const mostFractionDigits = 6

/** Milliseconds since the epoch; undefined when `text` is not such a timestamp. */
export function parseIsoTimestamp(text: string): number | undefined {
  if (text.length < shortest) return undefined
  const day = readDay(text)
  const time = readTime(text)
  if (day === undefined || time === undefined) return undefined
  const fractionEnd = endOfFraction(text)
  if (fractionEnd === undefined) return undefined
  const zone = readZone(text, fractionEnd)
  if (zone === undefined) return undefined
  return day + time + readMilliseconds(text, fractionEnd) - zone
}

/** Days of the month, in the Gregorian calendar; 0 for a month that does not exist. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  if (month < 1 || month > 12) return 0
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function readDay(text: string): number | undefined {
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T') return undefined
  const year = readDigits(text, 0, 4)
  const month = readDigits(text, 5, 7)
  const day = readDigits(text, 8, 10)
  if (year === undefined || month === undefined || day === undefined) return undefined
  if (day < 1 || day > daysInMonth(year, month)) return undefined
  return Date.UTC(year, month - 1, day)
}

function readTime(text: string): number | undefined {
  if (text[13] !== ':' || text[16] !== ':') return undefined
  const hours = readDigits(text, 11, 13)
  const minutes = readDigits(text, 14, 16)
  const seconds = readDigits(text, 17, endOfSeconds)
  if (hours === undefined || minutes === undefined || seconds === undefined) return undefined
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  return ((hours * 60 + minutes) * 60 + seconds) * 1000
}

function endOfFraction(text: string): number | undefined {
  if (text[endOfSeconds] !== '.') return endOfSeconds
  let end = endOfSeconds + 1
  while (readDigits(text, end, end + 1) !== undefined) end++
  const digits = end - endOfSeconds - 1
  return digits >= 1 && digits <= mostFractionDigits ? end : undefined
}

function readMilliseconds(text: string, fractionEnd: number): number {
  const digits = Math.min(fractionEnd - endOfSeconds - 1, 3)
  if (digits < 1) return 0
  const value = readDigits(text, endOfSeconds + 1, endOfSeconds + 1 + digits) ?? 0
  return value * 10 ** (3 - digits)
}

/** What to subtract to get UTC, in ms. */
function readZone(text: string, start: number): number | undefined {
  if (text[start] === 'Z') return text.length === start + 1 ? 0 : undefined
  const sign = text[start] === '+' ? 1 : text[start] === '-' ? -1 : 0
  if (sign === 0 || text.length !== start + 6 || text[start + 3] !== ':') return undefined
  const hours = readDigits(text, start + 1, start + 3)
  const minutes = readDigits(text, start + 4, start + 6)
  if (hours === undefined || minutes === undefined || hours > 23 || minutes > 59) return undefined
  return sign * (hours * 60 + minutes) * 60_000
}
