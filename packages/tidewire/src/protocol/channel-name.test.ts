import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isChannelName } from './channel-name.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.~@=+,!/:'

describe('isChannelName', () => {
  it('takes 1 to 255 of the allowed characters', () => {
    const anyName = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 255 })
    fc.assert(
      fc.property(anyName, (name) => {
        const isFolded = name.split('/').some((segment) => segment === '.' || segment === '..')
        expect(isChannelName(name)).toBe(!isFolded)
      }),
    )
  })

  it('takes every allowed character and no other below U+0100', () => {
    for (let unit = 0; unit < 0x100; unit += 1) {
      const character = String.fromCharCode(unit)
      expect([character, isChannelName(`a${character}b`)]).toEqual([
        character,
        letters.includes(character),
      ])
    }
  })

  it.each(['.', '..', 'a/..', '../a', 'a/./b', 'a/../b', './'])(
    'refuses %j: no URL path reaches it',
    (name) => {
      expect(isChannelName(name)).toBe(false)
    },
  )

  it.each(['...', 'a..b', 'a/.b', '.a/b', 'a/b..', '/', '//', ':'])('takes %j', (name) => {
    expect(isChannelName(name)).toBe(true)
  })

  it('refuses a name without characters and one of 256', () => {
    expect(isChannelName('')).toBe(false)
    expect(isChannelName('x'.repeat(255))).toBe(true)
    expect(isChannelName('x'.repeat(256))).toBe(false)
  })

  it.each([
    ['line end', 'a\n'],
    ['look-alike', 'аdmin'],
    ['space', 'a b'],
    ['pair', '😀'],
  ])('refuses a %s', (_name, value) => {
    expect(isChannelName(value)).toBe(false)
  })

  it('refuses what is not a text', () => {
    fc.assert(
      fc.property(
        fc.anything().filter((value) => typeof value !== 'string'),
        (value) => {
          expect(isChannelName(value)).toBe(false)
        },
      ),
    )
  })
})
