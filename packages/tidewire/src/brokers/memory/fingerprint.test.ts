import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fingerprint } from './fingerprint.ts'

describe('a fingerprint', () => {
  it('is a safe integer, the same for the same text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Number.isSafeInteger(fingerprint(text))).toBe(true)
        expect(fingerprint(`${text}`)).toBe(fingerprint(text))
      }),
    )
  })

  it('tells texts apart that differ in one place', () => {
    const texts = Array.from({ length: 20_000 }, (_, index) => `{"n":${index}}`)
    expect(new Set(texts.map(fingerprint)).size).toBe(texts.length)
  })
})
