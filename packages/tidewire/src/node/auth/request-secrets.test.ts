import { expect, it } from 'vitest'
import { bareRequest } from '../../../test/support/bare-request.ts'
import { secretsIn } from './request-secrets.ts'

const basic = Buffer.from('ada:correct horse').toString('base64')
const sid = 's%3AkVx0Zq5mB2wY8rT1uN4pL7sD9fG3hJ6a.c2lnbmF0dXJlLW9mLXRoZS1jb29raWU'

it.each<[string, Readonly<Record<string, string>>, string[]]>([
  ['a bearer token', { authorization: 'Bearer abc.def' }, ['abc.def']],
  ['a credential of any scheme', { authorization: 'Custom xyz' }, ['xyz']],
  [
    'a password, and how it is written',
    { authorization: `Basic ${basic}` },
    [basic, 'correct horse'],
  ],
  ['a subprotocol token', { 'sec-websocket-protocol': 'a, bearer.abc' }, ['abc']],
  [
    'a session cookie, its id and its signature',
    { cookie: `theme=dark; connect.sid=${sid}` },
    [sid, 'kVx0Zq5mB2wY8rT1uN4pL7sD9fG3hJ6a', 'c2lnbmF0dXJlLW9mLXRoZS1jb29raWU'],
  ],
])('%s', (_, headers, secrets) => {
  expect(secretsIn(bareRequest({ headers }))).toEqual(expect.arrayContaining(secrets))
})

it('a token in the query, also where it is not looked for', () => {
  expect(secretsIn(bareRequest({ url: '/ws?token=abc%2Bdef' }))).toContain('abc+def')
})

it('nothing in a request without any', () => {
  expect(secretsIn(bareRequest()).filter((secret) => secret !== '')).toEqual([])
})
