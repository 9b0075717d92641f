import { describe, expect, it } from 'vitest'
import { authSurroundings } from '../../../test/support/auth-surroundings.ts'
import { bareRequest } from '../../../test/support/bare-request.ts'
import { basicAuth } from './basic-auth.ts'

const users = { ada: 'correct horse', grace: 'battery:staple' }
const listed = basicAuth({ realm: 'test', users })
const { context } = authSurroundings()

describe('a fixed list of users', () => {
  it.each(Object.entries(users))('lets %s in', async (name, password) => {
    expect(await asked(name, password)).toEqual({ kind: 'accepted', identity: { userId: name } })
  })

  it.each([
    ['a wrong password', 'ada', 'wrong'],
    ["somebody else's password", 'ada', 'battery:staple'],
    ['a password that begins right', 'ada', 'correct horse '],
    ['a password cut short', 'ada', 'correct hors'],
    ['a name in another case', 'Ada', 'correct horse'],
    ['a name that nobody has', 'eve', 'correct horse'],
    ['a name that every object has', 'constructor', 'correct horse'],
    ['the name of the prototype', '__proto__', 'correct horse'],
  ])('refuses %s', async (_, name, password) => {
    expect(await asked(name, password)).toEqual({ kind: 'refused' })
  })

  it.each([
    ['nobody', {}],
    ['no name', { '': 'password' }],
    ['a name with a colon', { 'a:da': 'password' }],
    ['an empty password', { ada: '' }],
  ])('that holds %s is a TypeError', (_, wrong) => {
    expect(() => basicAuth({ realm: 'test', users: wrong })).toThrow(TypeError)
  })

  it('says nothing of a password in what it throws', () => {
    expect(() => basicAuth({ realm: 'test', users: { 'a:da': 'hunter2' } })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})

describe('a function', () => {
  it('is asked for the identity, with the name, the password and where they come from', async () => {
    const identity = { userId: '7', claims: { role: 'operator' } }
    const seen: unknown[] = []
    const strategy = basicAuth({
      realm: 'test',
      verify(userName, password, { remoteAddress }) {
        seen.push(userName, password, remoteAddress)
        return identity
      },
    })
    const request = withHeader(`Basic ${base64('ada:a:b')}`)
    expect(await strategy.verifyRequest(request, context)).toEqual({ kind: 'accepted', identity })
    expect(seen).toEqual(['ada', 'a:b', '192.0.2.1'])
  })

  it('refuses with null', async () => {
    const strategy = basicAuth({ realm: 'test', verify: async () => null })
    const outcome = await strategy.verifyRequest(withHeader(`Basic ${base64('a:b')}`), context)
    expect(outcome).toEqual({ kind: 'refused' })
  })

  it('is not asked about what is malformed or empty', async () => {
    const strategy = basicAuth({
      realm: 'test',
      verify() {
        throw new Error('asked')
      },
    })
    for (const header of ['Basic', 'Basic ?', `Basic ${base64('ada:')}`, `Basic ${base64(':x')}`]) {
      const outcome = await strategy.verifyRequest(withHeader(header), context)
      expect(outcome).toEqual({ kind: 'refused' })
    }
  })
})

it('is silent about a request without a header, and about another scheme', async () => {
  expect(await listed.verifyRequest(bareRequest(), context)).toEqual({ kind: 'absent' })
  const bearer = withHeader('Bearer abc')
  expect(await listed.verifyRequest(bearer, context)).toEqual({ kind: 'absent' })
})

describe('the challenge', () => {
  it.each([
    ['control room', 'Basic realm="control room", charset="UTF-8"'],
    ['', 'Basic realm="", charset="UTF-8"'],
    ['a "quoted" \\ one', 'Basic realm="a \\"quoted\\" \\\\ one", charset="UTF-8"'],
  ])('names the realm %j', (realm, challenge) => {
    expect(basicAuth({ realm, users }).challenge).toBe(challenge)
  })

  it.each(['two\r\nSet-Cookie: a=b', 'NUL\0', 'größe', '\u007f'])(
    'of the realm %j would not be a header: a TypeError',
    (realm) => {
      expect(() => basicAuth({ realm, users })).toThrow(TypeError)
    },
  )
})

function asked(name: string, password: string) {
  return listed.verifyRequest(withHeader(`Basic ${base64(`${name}:${password}`)}`), context)
}

function withHeader(authorization: string) {
  return bareRequest({ headers: { authorization } })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
