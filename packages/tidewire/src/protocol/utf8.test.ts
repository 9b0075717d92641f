import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { truncateUtf8, utf8Length } from './utf8.ts'

/** Any text, full of the seams between lengths: lone surrogates beside everything else. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\ud83d', '\ude00', 'a', 'é', '€', '😀'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
})

describe('utf8Length', () => {
  it('counts what an encoder writes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text))
      }),
    )
  })

  it.each([
    ['', 0],
    ['a', 1],
    ['\u007f', 1],
    ['\u0080', 2],
    ['\u07ff', 2],
    ['\u0800', 3],
    ['\uffff', 3],
    ['😀', 4],
    ['\ud83d', 3],
    ['\ude00', 3],
    ['\ud83d\ud83d\ude00', 7],
    ['\ude00\ud83d', 6],
    ['\ud83dé', 5],
  ])('counts %j as %i bytes', (text, bytes) => {
    expect(utf8Length(text)).toBe(bytes)
  })
})

describe('truncateUtf8', () => {
  it('answers the longest prefix of whole characters that fits', () => {
    fc.assert(
      fc.property(anyText, fc.nat(130), (text, maxBytes) => {
        const prefix = truncateUtf8(text, maxBytes)
        expect(text.startsWith(prefix)).toBe(true)
        expect(Buffer.byteLength(prefix)).toBeLessThanOrEqual(maxBytes)
        const [next] = text.slice(prefix.length)
        if (next !== undefined) {
          expect(Buffer.byteLength(prefix) + Buffer.byteLength(next)).toBeGreaterThan(maxBytes)
        }
      }),
    )
  })

  it('never cuts a code point in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(130), (text, maxBytes) => {
        const prefix = truncateUtf8(text, maxBytes)
        // Half a pair would become U+FFFD on the way.
        expect(Buffer.from(prefix).toString()).toBe(prefix)
      }),
    )
    expect(truncateUtf8('ab😀', 5)).toBe('ab')
    expect(truncateUtf8('ab😀', 6)).toBe('ab😀')
  })
})
