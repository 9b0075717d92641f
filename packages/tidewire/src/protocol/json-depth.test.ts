import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptiedBelow, isDeeperThan, isValueDeeperThan } from './json-depth.ts'

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

describe('emptiedBelow', () => {
  it('keeps all but what is in the arrays and objects that are deeper', () => {
    fc.assert(
      fc.property(deepValue, fc.nat(8), fc.constantFrom(undefined, 2), (value, max, indent) => {
        const text = emptiedBelow(JSON.stringify(value, null, indent), max)
        expect(JSON.parse(text)).toStrictEqual(emptied(value, max))
      }),
    )
  })

  it.each([
    ['[1,[2,[3,[4]],5],6]', '[1,[2,[],5],6]'],
    ['{"a":{"b":{"c":{"d":1}}},"e":"}]"}', '{"a":{"b":{}},"e":"}]"}'],
    ['[[[no JSON]]]', '[[[]]]'],
    ['[[[[', '[[['],
  ])('makes of %s below 2: %s', (text, kept) => {
    expect(emptiedBelow(text, 2)).toBe(kept)
  })

  it('takes a megabyte of what nests just too deep', () => {
    const text = `[[${'[[1]],'.repeat(150_000)}0]]`
    expect(emptiedBelow(text, 2)).toBe(`[[${'[],'.repeat(150_000)}0]]`)
  })
})

describe('isValueDeeperThan', () => {
  it('agrees with the depth of the value', () => {
    fc.assert(
      fc.property(deepValue, fc.nat(8), (value, max) => {
        expect(isValueDeeperThan(value, max)).toBe(depthOf(value) > max)
      }),
    )
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

function emptied(value: unknown, max: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (max === 0) return Array.isArray(value) ? [] : {}
  if (Array.isArray(value)) return value.map((inner) => emptied(inner, max - 1))
  const fields = Object.entries(value).map(([key, inner]) => [key, emptied(inner, max - 1)])
  return Object.fromEntries(fields)
}
