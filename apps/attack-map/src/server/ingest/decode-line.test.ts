import { expect, it } from 'vitest'
import { decodeLine } from './decode-line.ts'

it.each([
  ['plain', 'hello', 'hello'],
  ['CRLF at the end', 'hello\r\n', 'hello'],
  ['NUL at the end', 'hello\0', 'hello'],
  ['a byte order mark', '\ufeffhello', 'hello'],
  ['NUL within', 'hel\0lo', 'hel lo'],
  ['spaces at the end', 'hello ', 'hello '],
  ['nothing but terminators', '\r\n', ''],
])('decodes %s', (_what, text, expected) => {
  expect(decodeLine(Buffer.from(text))).toBe(expected)
})

it('replaces bytes that are not UTF-8 and keeps the rest', () => {
  expect(decodeLine(Buffer.from([0x61, 0xff, 0xc3, 0x28, 0x62]))).toBe('a\ufffd\ufffd(b')
})
