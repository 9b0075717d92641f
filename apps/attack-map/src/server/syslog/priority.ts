/**
 * The `<PRI>` in front of a syslog line, shared by both formats.
 */

const lowestDigit = 48
const highestDigit = 57
const largestPriority = 191

/** The value and where the text goes on; `value` is null when there is no `<` at the start. */
export interface Priority {
  readonly value: number | null
  readonly end: number
}

const absent: Priority = { value: null, end: 0 }

/** Reads `<0>` to `<191>`; undefined when something starts like a priority and is not one. */
export function readPriority(line: string): Priority | undefined {
  if (line[0] !== '<') return absent
  const close = line.indexOf('>')
  if (close < 2 || close > 4) return undefined
  const value = readDigits(line, 1, close)
  // A leading zero is not allowed: `<002>` and `<2>` would be the same device twice.
  if (value === undefined || value > largestPriority || (line[1] === '0' && close > 2)) {
    return undefined
  }
  return { value, end: close + 1 }
}

/** The number written in `text[start, end)`; undefined when that is not all digits, or nothing. */
export function readDigits(text: string, start: number, end: number): number | undefined {
  if (start >= end || end > text.length) return undefined
  let value = 0
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code < lowestDigit || code > highestDigit) return undefined
    value = value * 10 + code - lowestDigit
  }
  return value
}
