import { type JsonReading, readJson } from './json-text.ts'

/**
 * JSON of a config: as other JSON, but nothing may be named twice in one object.
 * JavaScript would take the last without a word, and the other one may have been
 * the rule that was meant.
 */
export function readConfigJson(text: string): JsonReading {
  const reading = readJson(text)
  if (!reading.ok)
    return { ...reading, problem: `not JSON: ${reading.problem}${hint(text, reading)}` }
  const second = secondOfTwo(text)
  if (second === null) return reading
  const before = text.slice(0, second.index).split('\n')
  return {
    ok: false,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    problem: `${second.name.slice(0, shownCharacters)} is named twice in one object`,
  }
}

// What people write who have another format in mind.
function hint(text: string, { line, column }: { readonly line: number; readonly column: number }) {
  if (text.trim() === '') return '; the file is empty'
  const rest = text.split('\n')[line - 1]?.slice(column - 1) ?? ''
  if (/^(?:\/\/|\/\*|#)/.test(rest)) return '; JSON has no comments, a module (.mjs) may have them'
  return /^[}\]]/.test(rest) ? '; no comma goes before it' : ''
}

/** The first name that its object has already; null when there is none. The text is JSON. */
function secondOfTwo(text: string): { readonly index: number; readonly name: string } | null {
  // For each object or list that is open: the names in it so far.
  const open: Set<string>[] = []
  for (const { 0: token, 1: name, index } of text.matchAll(tokenShape)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (name !== undefined) {
      // However it is written: "a" and "\u0061" are one name.
      const plain: string = JSON.parse(name)
      if (open.at(-1)?.has(plain)) return { index, name }
      open.at(-1)?.add(plain)
    }
  }
  return null
}

// A name is a string with a colon behind it; other strings only have to be passed over.
const tokenShape = /("(?:[^"\\]|\\.)*")(?=\s*:)|"(?:[^"\\]|\\.)*"|[{}[\]]/g

const shownCharacters = 60
