import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRfc5424 } from './rfc5424.ts'

describe('RFC 5424', () => {
  it('drops the byte order mark in front of the text', () => {
    const result = parseRfc5424('<34>1 - host app - - - \ufeffhello')
    expect(result).toMatchObject({ ok: true, message: { text: 'hello' } })
  })

  it('keeps text in any script', () => {
    const result = parseRfc5424('<34>1 - host app - - [a b="ñ"] κόσμε')
    expect(result).toMatchObject({ ok: true, message: { text: 'κόσμε' } })
  })

  it('takes a parameter named like a prototype property as data', () => {
    const result = parseRfc5424('<34>1 - host app - - [__proto__ __proto__="x"]')
    expect(result.ok && result.message.structuredData?.get('__proto__')?.get('__proto__')).toBe('x')
  })

  it.each([
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2024-06-01T12:00:00.5+02:00', Date.UTC(2024, 5, 1, 10, 0, 0, 500)],
    ['2024-06-01T12:00:00.000999-00:30', Date.UTC(2024, 5, 1, 12, 30)],
  ])('reads the time %s', (timestamp, at) => {
    expect(parseRfc5424(`<1>1 ${timestamp} - - - - -`)).toMatchObject({ message: { at } })
  })

  it.each([
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T23:59:60Z',
    '2024-01-01 00:00:00Z',
    '2024-01-01T00:00:00',
    '2024-01-01T00:00:00+2400',
  ])('refuses the time %s', (timestamp) => {
    expect(parseRfc5424(`<1>1 ${timestamp} - - - - -`)).toEqual({ ok: false, fault: 'timestamp' })
  })

  it('answers any text with a result', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof parseRfc5424(text).ok).toBe('boolean')
        expect(typeof parseRfc5424(`<13>1 ${text}`).ok).toBe('boolean')
      }),
    )
  })
})
