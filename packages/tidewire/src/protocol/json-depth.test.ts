import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDeeperThan } from './json-depth.ts'

describe('isDeeperThan', () => {
  it('agrees with the depth of the parsed value', () => {
    fc.assert(
      fc.property(deepValue, fc.nat(8), fc.constantFrom(undefined, 2), (value, max, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(isDeeperThan(text, max)).toBe(depthOf(value) > max)
      }),
    )
  })

  it.each([
    ['brackets in a text', '["[[[[{{{{"]', 1],
    ['an escaped quote', String.raw`["\"[[[["]`, 1],
    ['a text that ends in a backslash', String.raw`["\\",[["x"]]]`, 3],
    ['brackets in a key', '{"[[[[":1}', 1],
    ['siblings', '[[],[],{},[]]', 2],
    ['a text that never ends', '["[[[[', 1],
    ['only an opening quote', '"', 0],
  ])('is not misled by %s', (_name, text, depth) => {
    expect(isDeeperThan(text, depth)).toBe(false)
    expect(depth === 0 || isDeeperThan(text, depth - 1)).toBe(true)
  })

  it('answers for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'a') }),
        (text) => {
          expect(typeof isDeeperThan(text, 3)).toBe('boolean')
        },
      ),
    )
  })

  it('takes a megabyte of nothing but opening brackets', () => {
    expect(isDeeperThan('['.repeat(1_000_000), 32)).toBe(true)
  })
})

/** Values whose keys and texts are full of what JSON nests with. */
const trickyText = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'é') })

const deepValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 8, withCrossShrink: true },
    trickyText,
    fc.integer(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(trickyText, tie('value'), { maxKeys: 3 }),
  ),
})).value

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
