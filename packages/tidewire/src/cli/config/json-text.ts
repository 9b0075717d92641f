/**
 * JSON for people who write it by hand: says at which line and column it
 * breaks. JavaScript's own message often does not, and shows a piece of the
 * text, which may be a secret.
 */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly line: number; readonly column: number; readonly problem: string }

/** Reads JSON text. Never throws. */
export function readJson(text: string): JsonReading {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    const { index, expected } = findBreak(text)
    const before = text.slice(0, index).split('\n')
    const column = (before.at(-1)?.length ?? 0) + 1
    const problem = `expected ${expected}, found ${foundAt(text, index)}`
    return { ok: false, line: before.length, column, problem }
  }
}

// \p{Cc} has the C1 controls, too, and JSON allows those in a string.
const tokenShape =
  /("(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|[{}[\],:]/uy

const blankShape = /[\t\n\r ]*/y

/** What may come next. `comma` stands behind a value, `end` behind the last one. */
type State = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'comma' | 'end'

type Closer = '}' | ']'

interface Token {
  readonly text: string
  readonly kind: 'string' | 'scalar' | 'mark'
}

/** Where text that is not JSON stops to be the beginning of any JSON. */
function findBreak(text: string): { readonly index: number; readonly expected: string } {
  const closers: Closer[] = []
  let state: State = 'value'
  let index = 0
  for (;;) {
    index = skipBlank(text, index)
    const token = tokenAt(text, index)
    const next: State | null = token === null ? null : step(state, token, closers)
    if (token === null || next === null) return { index, expected: expectation(state, closers) }
    state = next
    index += token.text.length
  }
}

function skipBlank(text: string, index: number): number {
  blankShape.lastIndex = index
  blankShape.exec(text)
  return blankShape.lastIndex
}

function tokenAt(text: string, index: number): Token | null {
  tokenShape.lastIndex = index
  const match = tokenShape.exec(text)
  if (match === null) return null
  if (match[1] !== undefined) return { text: match[0], kind: 'string' }
  return { text: match[0], kind: match[2] === undefined ? 'mark' : 'scalar' }
}

/** The state behind a token; null for one that may not stand here. */
function step(state: State, token: Token, closers: Closer[]): State | null {
  switch (state) {
    case 'value':
    case 'firstValue':
      return stepValue(state, token, closers)
    case 'key':
    case 'firstKey':
      if (token.kind === 'string') return 'colon'
      return state === 'firstKey' ? close(token, closers) : null
    case 'colon':
      return token.text === ':' ? 'value' : null
    case 'comma':
      if (token.text !== ',') return close(token, closers)
      return closers.at(-1) === '}' ? 'key' : 'value'
    case 'end':
      return null
  }
}

function stepValue(state: State, token: Token, closers: Closer[]): State | null {
  if (token.kind !== 'mark') return behindValue(closers)
  if (token.text === '{') return open('}', closers)
  if (token.text === '[') return open(']', closers)
  return state === 'firstValue' ? close(token, closers) : null
}

function open(closer: Closer, closers: Closer[]): State {
  closers.push(closer)
  return closer === '}' ? 'firstKey' : 'firstValue'
}

function close(token: Token, closers: Closer[]): State | null {
  if (token.text !== closers.at(-1)) return null
  closers.pop()
  return behindValue(closers)
}

function behindValue(closers: readonly Closer[]): State {
  return closers.length === 0 ? 'end' : 'comma'
}

function expectation(state: State, closers: readonly Closer[]): string {
  const names: Readonly<Record<State, string>> = {
    value: 'a value',
    firstValue: 'a value or "]"',
    key: 'a name in double quotes',
    firstKey: 'a name in double quotes or "}"',
    colon: '":"',
    comma: `"," or "${closers.at(-1)}"`,
    end: 'nothing more',
  }
  return names[state]
}

function foundAt(text: string, index: number): string {
  const found = text.codePointAt(index)
  if (found === undefined) return 'the end of the file'
  const character = String.fromCodePoint(found)
  if (character === '"' && tokenAt(text, index) === null) {
    return 'a string that is not closed or has a bad escape'
  }
  return JSON.stringify(character)
}
