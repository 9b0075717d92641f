import { unitAt } from './unit-at.ts'

/**
 * Whether JSON text nests deeper than `max`, found without parsing it.
 *
 * One pass over the characters, so hostile text is refused before a parser
 * has spent memory or stack on it.
 */
export function isDeeperThan(text: string, max: number): boolean {
  let depth = 0
  const { length } = text
  for (let index = 0; index < length; index += 1) {
    const unit = unitAt(text, index)
    if (unit === quote) index = endOfString(text, index)
    else if (unit === openBrace || unit === openBracket) {
      depth += 1
      if (depth > max) return true
    } else if (unit === closeBrace || unit === closeBracket) depth -= 1
  }
  return false
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (unitAt(text, at - 1 - backslashes) === backslash) backslashes += 1
  return backslashes % 2 === 1
}
