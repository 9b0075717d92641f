/**
 * The structured data of RFC 5424 §6.3: `[id name="value" …][id …]` or `-`.
 *
 * Values are kept as written. Strict where it protects the reader: a bare `]`
 * or `"` in a value, an unknown escape and a repeated id are refused.
 */
import type { StructuredData } from './syslog-message.ts'

const longestName = 32
const firstPrintable = 33
const lastPrintable = 126

/** The elements, and where the line goes on after them. */
export interface StructuredDataField {
  readonly data: StructuredData | null
  readonly end: number
}

/** Reads the field that starts at `start`; undefined when it breaks the rules. */
export function readStructuredData(line: string, start: number): StructuredDataField | undefined {
  if (line[start] === '-') return { data: null, end: start + 1 }
  if (line[start] !== '[') return undefined
  const data = new Map<string, Map<string, string>>()
  let end = start
  while (line[end] === '[') {
    const next = readElement(line, end + 1, data)
    if (next === undefined) return undefined
    end = next
  }
  return { data, end }
}

function readElement(
  line: string,
  start: number,
  data: Map<string, Map<string, string>>,
): number | undefined {
  let position = endOfName(line, start)
  if (position === undefined) return undefined
  const id = line.slice(start, position)
  if (data.has(id)) return undefined
  const parameters = new Map<string, string>()
  data.set(id, parameters)
  while (line[position] === ' ') {
    position = readParameter(line, position + 1, parameters)
    if (position === undefined) return undefined
  }
  return line[position] === ']' ? position + 1 : undefined
}

function readParameter(
  line: string,
  start: number,
  parameters: Map<string, string>,
): number | undefined {
  const nameEnd = endOfName(line, start)
  if (nameEnd === undefined || !line.startsWith('="', nameEnd)) return undefined
  const valueEnd = endOfValue(line, nameEnd + 2)
  if (valueEnd === undefined) return undefined
  parameters.set(line.slice(start, nameEnd), line.slice(nameEnd + 2, valueEnd))
  return valueEnd + 1
}

function endOfName(line: string, start: number): number | undefined {
  let end = start
  while (isNameCode(line.charCodeAt(end))) end++
  const length = end - start
  return length >= 1 && length <= longestName ? end : undefined
}

function isNameCode(code: number): boolean {
  if (!(code >= firstPrintable && code <= lastPrintable)) return false
  return code !== 0x3d && code !== 0x5d && code !== 0x22
}

/** The index of the quote that closes the value. */
function endOfValue(line: string, start: number): number | undefined {
  for (let index = start; index < line.length; index++) {
    const character = line[index]
    if (character === '"') return index
    if (character === ']') return undefined
    if (character === '\\') {
      index++
      if (!isEscapable(line[index])) return undefined
    }
  }
  return undefined
}

function isEscapable(character: string | undefined): boolean {
  return character === '"' || character === '\\' || character === ']'
}
