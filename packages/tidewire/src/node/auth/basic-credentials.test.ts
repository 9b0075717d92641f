import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basicCredentialsIn } from './basic-credentials.ts'

describe('a name and a password', () => {
  it.each([
    ['Aladdin', 'open sesame'],
    ['ada', 'with:colons::in it'],
    ['ada', ':'],
    ['test', '123£'],
    ['ключ', 'пароль 🔑'],
    ['\ufeffada', 'a byte order mark is a character'],
  ])('%j and %j are read', (userName, password) => {
    expect(basicCredentialsIn(`Basic ${base64(`${userName}:${password}`)}`)).toEqual({
      userName,
      password,
    })
  })

  it.each(['basic', 'BASIC', 'bAsIc'])('are read after %s', (scheme) => {
    expect(basicCredentialsIn(`${scheme}   ${base64('ada:pw')} `)).toMatchObject({
      userName: 'ada',
    })
  })

  it('are read whatever they are made of', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 })
    const plain = text.filter((it) => !/\p{Cc}/u.test(it))
    fc.assert(
      fc.property(
        plain.filter((name) => !name.includes(':')),
        plain,
        (userName, password) => {
          const header = `Basic ${base64(`${userName}:${password}`)}`
          expect(basicCredentialsIn(header)).toEqual({ userName, password })
        },
      ),
    )
  })
})

describe('a header of another scheme, or none, is left alone', () => {
  it.each([undefined, '', 'Bearer abc', 'Basically YTpi', 'BasicYTpi', 'Digest username="a"'])(
    '%j',
    (header) => {
      expect(basicCredentialsIn(header)).toBeNull()
    },
  )
})

describe('what is malformed', () => {
  it.each([
    ['nothing', 'Basic'],
    ['nothing but spaces', 'Basic   '],
    ['no colon', `Basic ${base64('ada')}`],
    ['no name', `Basic ${base64(':password')}`],
    ['no password', `Basic ${base64('ada:')}`],
    ['neither', `Basic ${base64(':')}`],
    ['no base64', 'Basic ada:password'],
    ['base64 with something after it', `Basic ${base64('ada:pw')}!`],
    ['base64 in two words', 'Basic YWRh OnB3'],
    ['base64 without its padding', 'Basic YWRhOnA'],
    ['base64 for URLs', `Basic ${Buffer.from('ada:>>>???').toString('base64url')}`],
    ['no UTF-8', `Basic ${Buffer.from([0x61, 0x3a, 0xff, 0xfe]).toString('base64')}`],
    ['UTF-8 that is overlong', `Basic ${Buffer.from([0x61, 0x3a, 0xc0, 0xaf]).toString('base64')}`],
    ['NUL', `Basic ${base64('ada:pass\0word')}`],
    ['a line break', `Basic ${base64('ada:pass\nword')}`],
    ['DEL', `Basic ${base64('a\u007fda:password')}`],
    ['too much', `Basic ${base64(`ada:${'x'.repeat(1_600)}`)}`],
  ])('%s', (_, header) => {
    expect(basicCredentialsIn(header)).toBe('malformed')
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(basicCredentialsIn(`Basic ${text}`)).not.toBeNull()
      }),
    )
  })
})

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
