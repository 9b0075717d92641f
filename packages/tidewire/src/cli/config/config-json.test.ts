import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readConfigJson } from './config-json.ts'

describe('a name that is there twice', () => {
  it.each([
    ['{"a":1,"a":2}', 1, 8, '"a"'],
    ['{\n  "news": {},\n  "log": {},\n  "news": {}\n}', 4, 3, '"news"'],
    ['{"x":[{"a":1},{"b":1,"b":2}]}', 1, 22, '"b"'],
    ['{"a":1,"\\u0061":2}', 1, 8, '"\\u0061"'],
    ['{"a" : 1, "a"\n: 2}', 1, 11, '"a"'],
  ])('of %j is told with its place', (text, line, column, name) => {
    const problem = `${name} is named twice in one object`
    expect(readConfigJson(text)).toEqual({ ok: false, line, column, problem })
  })

  it.each([
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '[{"a":1},{"a":2}]',
    '{"a":"b","b":"a","c":"\\"a\\":"}',
    '{"a":["b","b"],"b":"{\\"a\\":1,\\"a\\":2}"}',
    '"a"',
  ])('is not seen in %s', (text) => {
    expect(readConfigJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
  })

  it('is never seen in what JavaScript writes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readConfigJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
      }),
    )
  })
})

describe('what is no JSON', () => {
  it.each([
    ['{', 'expected a name in double quotes or "}", found the end of the file'],
    [
      '{ // why',
      'expected a name in double quotes or "}", found "/"; JSON has no comments, a module (.mjs) may have them',
    ],
    [
      '{"a":1, # why',
      'expected a name in double quotes, found "#"; JSON has no comments, a module (.mjs) may have them',
    ],
    ['{"a":1,}', 'expected a name in double quotes, found "}"; no comma goes before it'],
    [' ', 'expected a value, found the end of the file; the file is empty'],
  ])('%j is told with what to do about it', (text, problem) => {
    expect(readConfigJson(text)).toMatchObject({ ok: false, problem: `not JSON: ${problem}` })
  })
})
