import { unitAt } from './unit-at.ts'

/**
 * How deep JSON nests. Text is looked at without parsing it, in one pass over the
 * characters: a parser takes ten times as long for what nests as for anything else.
 */

/** Whether JSON text nests deeper than `max`. */
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

/**
 * The same JSON text with every array and object deeper than `max` left empty: a
 * value that was deeper is `max + 1` deep, any other is what it was. What was in
 * them is not looked at, and need not have been JSON.
 */
export function emptiedBelow(text: string, max: number): string {
  let kept = ''
  let from = 0
  let depth = 0
  for (const { at, step } of brackets(text)) {
    // A bracket that opens is kept with what is before it, one that closes with what follows.
    if (step === 1 && depth === max) kept += text.slice(from, at + 1)
    if (step === -1 && depth === max + 1) from = at
    depth += step
  }
  return depth > max ? kept : kept + text.slice(from)
}

/** Whether a parsed value nests deeper than `max`; looks no further than that. */
export function isValueDeeperThan(value: unknown, max: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return max === 0 || Object.values(value).some((inner) => isValueDeeperThan(inner, max - 1))
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/** The brackets outside of texts, and what each does to the depth. */
function* brackets(text: string): Generator<{ readonly at: number; readonly step: 1 | -1 }> {
  for (let at = 0; at < text.length; at += 1) {
    const unit = unitAt(text, at)
    if (unit === quote) at = endOfString(text, at)
    else if (unit === openBrace || unit === openBracket) yield { at, step: 1 }
    else if (unit === closeBrace || unit === closeBracket) yield { at, step: -1 }
  }
}

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
