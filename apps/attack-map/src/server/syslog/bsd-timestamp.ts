/**
 * The timestamp of RFC 3164, `Dec 10 06:55:46`, with or without a year.
 *
 * It names no zone: local time of this server. Without a year the one nearest
 * to now is taken, so that New Year's Eve arriving in January stays last year.
 */
import { daysInMonth } from './iso-timestamp.ts'
import { readDigits } from './priority.ts'

const months = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map(
    (name, index) => [name, index + 1],
  ),
)

/** A time in ms since the epoch, and where the line goes on. */
export interface BsdTimestamp {
  readonly at: number
  readonly end: number
}

interface Day {
  readonly month: number
  readonly day: number
}

/** Reads the timestamp at `start`; undefined when there is none. */
export function readBsdTimestamp(
  line: string,
  start: number,
  now: number,
): BsdTimestamp | undefined {
  const day = readMonthAndDay(line, start)
  if (day === undefined) return undefined
  const year = readYear(line, start + 7)
  const timeStart = year === undefined ? start + 7 : start + 12
  const seconds = readClock(line, timeStart)
  if (seconds === undefined || line[timeStart + 8] !== ' ') return undefined
  const at = year === undefined ? nearestToNow(day, seconds, now) : localTime(year, day, seconds)
  return at === undefined ? undefined : { at, end: timeStart + 9 }
}

function readMonthAndDay(line: string, start: number): Day | undefined {
  const month = months.get(line.slice(start, start + 3))
  if (month === undefined || line[start + 3] !== ' ' || line[start + 6] !== ' ') return undefined
  // Padded with a space by the RFC, with a zero by some devices.
  const dayStart = line[start + 4] === ' ' ? start + 5 : start + 4
  const day = readDigits(line, dayStart, start + 6)
  return day === undefined ? undefined : { month, day }
}

function readYear(line: string, start: number): number | undefined {
  return line[start + 4] === ' ' ? readDigits(line, start, start + 4) : undefined
}

/** Seconds since midnight for `hh:mm:ss`. */
function readClock(line: string, start: number): number | undefined {
  if (line[start + 2] !== ':' || line[start + 5] !== ':') return undefined
  const hours = readDigits(line, start, start + 2)
  const minutes = readDigits(line, start + 3, start + 5)
  const seconds = readDigits(line, start + 6, start + 8)
  if (hours === undefined || minutes === undefined || seconds === undefined) return undefined
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  return (hours * 60 + minutes) * 60 + seconds
}

/** The candidate closest to `now`; 29 February may exist in only one of the years, or none. */
function nearestToNow(day: Day, seconds: number, now: number): number | undefined {
  const thisYear = new Date(now).getFullYear()
  let nearest: number | undefined
  for (let year = thisYear - 1; year <= thisYear + 1; year++) {
    const at = localTime(year, day, seconds)
    if (at === undefined) continue
    if (nearest === undefined || Math.abs(at - now) < Math.abs(nearest - now)) nearest = at
  }
  return nearest
}

function localTime(year: number, { month, day }: Day, seconds: number): number | undefined {
  if (day < 1 || day > daysInMonth(year, month)) return undefined
  return new Date(year, month - 1, day, 0, 0, seconds).getTime()
}
