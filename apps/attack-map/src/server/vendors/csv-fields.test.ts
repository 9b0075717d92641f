import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readCsvFields } from './csv-fields.ts'

it('agrees with a full CSV parser on every well-formed line', () => {
  const field = fc.string().map((text) => text.replace(/[\r\n\ufeff]/g, ''))
  fc.assert(
    fc.property(fc.array(field, { minLength: 2, maxLength: 12 }), (fields) => {
      const line = fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')
      const [expected] = parse(line)
      expect(readCsvFields(line, 50)).toEqual(expected)
    }),
  )
})

it.each([
  ['a,b,c', ['a', 'b', 'c']],
  ['', ['']],
  [',', ['', '']],
  ['a,"b', ['a', 'b']],
  ['"a"b,c', ['a', 'c']],
])('reads %j', (line, fields) => {
  expect(readCsvFields(line, 50)).toEqual(fields)
})

it('stops after the last field that is wanted', () => {
  expect(readCsvFields('a,b,c,d', 2)).toEqual(['a', 'b'])
})
