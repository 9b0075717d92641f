import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { positionIn, positionsIn, positionText } from './position-text.ts'

const epoch = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)
const position = fc.record({ epoch, offset: fc.maxSafeNat() })

describe('the text of a position', () => {
  it('is read as what was written', () => {
    fc.assert(
      fc.property(position, (given) => {
        expect(positionIn(positionText(given))).toEqual(given)
      }),
    )
  })

  it.each([
    '',
    ':',
    'e',
    'e:',
    ':1',
    'e:-1',
    'e:+1',
    'e:1.5',
    'e:01',
    'e:1e3',
    'e:0x1',
    'e: 1',
    'e:1 ',
    'e:NaN',
    'e:1:2',
    'é:1',
    `${'e'.repeat(65)}:1`,
    'e:9007199254740992',
  ])('is not %j', (text) => {
    expect(positionIn(text)).toBeNull()
  })
})

describe('a list of positions', () => {
  const list = fc.array(fc.option(position, { nil: undefined }), { minLength: 1, maxLength: 8 })

  it('is read as what was written, with its empty places', () => {
    fc.assert(
      fc.property(list, (given) => {
        const text = given.map((one) => (one ? positionText(one) : '')).join(',')
        expect(positionsIn(text, given.length)).toEqual(given)
      }),
    )
  })

  it.each([
    ['e:1', 2],
    ['e:1,e:2', 1],
    ['e:1,x', 2],
    ['e:1;e:2', 2],
  ])('of other places or other things, %j for %i, is none', (text, count) => {
    expect(positionsIn(text, count)).toBeNull()
  })
})
