import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isChannelName } from './channel-name.ts'
import { compilePattern } from './channel-pattern.ts'

type Part = { readonly literal: string } | { readonly value: string }

// Params that touch each other, or a literal that a value could swallow, have
// more than one reading: parts alternate and values keep off the literals.
const literal = fc.string({ unit: fc.constantFrom(...'A.+-_~@=,!/:'), minLength: 1, maxLength: 6 })
const value = fc.string({ unit: fc.constantFrom(...'xyz019'), minLength: 1, maxLength: 6 })
const parts: fc.Arbitrary<readonly Part[]> = fc
  .array(fc.tuple(literal, value), { minLength: 1, maxLength: 4 })
  .map((pairs) => pairs.flatMap(([text, given]) => [{ literal: text }, { value: given }]))

describe('compilePattern', () => {
  it('gives the params of the name that was made from them', () => {
    fc.assert(
      fc.property(parts, (made) => {
        const name = nameOf(made)
        fc.pre(isChannelName(name) && isChannelName(name.replaceAll(/[xyz019]+/g, 'x')))
        const { source, params } = patternOf(made)
        expect(compilePattern(source).match(name)).toEqual(params)
      }),
    )
  })

  it('fits a name exactly when the parts of both are the same', () => {
    const segment = fc.constantFrom('a', 'b', '{p}', '{q}')
    const patterns = fc.uniqueArray(segment, { minLength: 1, maxLength: 3 })
    const names = fc.array(fc.constantFrom('a', 'b', 'c', 'ab', ''), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(patterns, names, (pattern, name) => {
        const fits =
          pattern.length === name.length &&
          pattern.every((part, at) => (part.startsWith('{') ? name[at] !== '' : part === name[at]))
        expect(compilePattern(pattern.join(':')).match(name.join(':')) !== null).toBe(fits)
      }),
    )
  })

  it('keeps the characters of a literal from meaning anything else', () => {
    expect(compilePattern('a.b').match('axb')).toBeNull()
    expect(compilePattern('a+').match('aa')).toBeNull()
    expect(compilePattern('a.b+c-d').match('a.b+c-d')).toEqual({})
  })

  it('lets a param stand for no `:` and no `/`', () => {
    const pattern = compilePattern('chat:{room}')
    expect(pattern.match('chat:lobby')).toEqual({ room: 'lobby' })
    expect(pattern.match('chat:')).toBeNull()
    expect(pattern.match('chat:a:b')).toBeNull()
    expect(pattern.match('chat:a/b')).toBeNull()
    expect(pattern.match('xchat:a')).toBeNull()
  })

  it('names its params in their order', () => {
    expect(compilePattern('game/{id}/moves/{by}').params).toEqual(['id', 'by'])
  })

  it.each([
    '',
    'a b',
    'ä',
    '{',
    'a{}',
    'a{1}',
    '{__proto__}',
    '..',
    'a/../{b}',
    '{a',
    'x'.repeat(256),
  ])('refuses %j: no name could fit it', (source) => {
    expect(() => compilePattern(source)).toThrow(TypeError)
  })

  it('refuses a param named twice', () => {
    expect(() => compilePattern('{a}:{a}')).toThrow(/twice/)
  })

  it('gives params named like members of Object', () => {
    expect(compilePattern('{constructor}').match('x')).toEqual({ constructor: 'x' })
  })
})

function nameOf(made: readonly Part[]): string {
  return made.map((part) => ('literal' in part ? part.literal : part.value)).join('')
}

function patternOf(made: readonly Part[]): { source: string; params: Record<string, string> } {
  const params: Record<string, string> = {}
  const texts = made.map((part, at) => {
    if ('literal' in part) return part.literal
    params[`p${at}`] = part.value
    return `{p${at}}`
  })
  return { source: texts.join(''), params }
}
