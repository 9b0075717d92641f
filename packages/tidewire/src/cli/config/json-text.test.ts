import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from './json-text.ts'

it('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
    }),
  )
})

describe('says where text stops to be JSON, and what could have stood there', () => {
  it.each([
    ['', 1, 1, 'expected a value, found the end of the file'],
    ['{\n  "a": 1,\n}', 3, 1, 'expected a name in double quotes, found "}"'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'expected "," or "}", found "\\""'],
    ['{"a" 1}', 1, 6, 'expected ":", found "1"'],
    ["{'a': 1}", 1, 2, 'expected a name in double quotes or "}", found "\'"'],
    ['{a: 1}', 1, 2, 'expected a name in double quotes or "}", found "a"'],
    ['[1, 2', 1, 6, 'expected "," or "]", found the end of the file'],
    ['[1,]', 1, 4, 'expected a value, found "]"'],
    ['[x]', 1, 2, 'expected a value or "]", found "x"'],
    ['[}', 1, 2, 'expected a value or "]", found "}"'],
    ['{"a": {"b": [1]]}', 1, 16, 'expected "," or "}", found "]"'],
    ['{} {}', 1, 4, 'expected nothing more, found "{"'],
    ['{"a": NaN}', 1, 7, 'expected a value, found "N"'],
    ['{"a": 01}', 1, 8, 'expected "," or "}", found "1"'],
    ['// why\n{}', 1, 1, 'expected a value, found "/"'],
    [
      '{"a": "b\n"}',
      1,
      7,
      'expected a value, found a string that is not closed or has a bad escape',
    ],
    [
      '{"a": "\\x"}',
      1,
      7,
      'expected a value, found a string that is not closed or has a bad escape',
    ],
    ['\r\n\r\n  ?', 3, 3, 'expected a value, found "?"'],
  ])('%j', (text, line, column, problem) => {
    expect(readJson(text)).toEqual({ ok: false, line, column, problem })
  })
})

it('shows no more than one character of the text', () => {
  expect(readJson('{"secret": hunter2}')).toMatchObject({ problem: 'expected a value, found "h"' })
})

it('could have gone on as JSON up to the break', () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('}', ']', ',', ':', '"', '\\', 'x', '0', '\n', ''))
    .map(([text, at, mark]) => {
      const index = at % (text.length + 1)
      return text.slice(0, index) + mark + text.slice(index + 1)
    })
  fc.assert(
    fc.property(broken, (text) => {
      const reading = readJson(text)
      if (reading.ok) return
      const before = readJson(beginningOf(text, reading))
      if (!before.ok) expect(before.problem).toMatch(/found the end of the file$/)
    }),
  )
})

it('takes nesting of any depth', () => {
  expect(readJson('['.repeat(200_000))).toMatchObject({ ok: false, column: 200_001 })
})

function beginningOf(text: string, { line, column }: { line: number; column: number }): string {
  const lines = text.split('\n').slice(0, line)
  return [...lines.slice(0, -1), lines.at(-1)?.slice(0, column - 1)].join('\n')
}
