import { describe, expect, it } from 'vitest'
import {
  passwordHash as hash,
  problemsWith,
  readShape,
  jwtSecret as secret,
} from '../../../test/cli/read-shape.ts'

const users = { ada: hash }

describe('a way in that is wrong is told with its place', () => {
  it.each<[string, unknown, string]>([
    ['no object', null, 'auth: expected an object, got null'],
    [
      'a mode that is close',
      { mode: 'requird' },
      'auth.mode: expected "required" or "optional", got "requird" (did you mean "required"?)',
    ],
    [
      'a mode of another type',
      { mode: true },
      'auth.mode: expected "required" or "optional", got true',
    ],
    [
      'required without a way in',
      { mode: 'required' },
      'auth: expected jwt or basic with "mode": "required", or nobody could ever connect',
    ],
    [
      'tokens from the first frame alone, and none taken there',
      { mode: 'required', jwt: { secret }, tokenFrom: ['message'], rejectAnonymous: true },
      'auth.tokenFrom: expected a place in the handshake with "rejectAnonymous": true: "header", …',
    ],
    [
      'jwt without its secret',
      { jwt: {} },
      'auth.jwt: expected one of secret, secretFile, publicKeyFile or jwksUrl, got none of them',
    ],
    [
      'two sources of keys',
      { jwt: { secret, jwksUrl: 'https://issuer.example/jwks' } },
      'auth.jwt: expected one of secret, secretFile, publicKeyFile or jwksUrl, got secret and jwksUrl',
    ],
    [
      'an algorithm that is not for the key',
      { jwt: { secret, algorithms: 'RS256' } },
      'auth.jwt.algorithms: RS256 is not for this key, which goes with HS256, HS384, HS512',
    ],
    [
      'an audience of nobody',
      { jwt: { secret, audience: [] } },
      'auth.jwt.audience: expected one or more, got an empty list',
    ],
    [
      'an issuer that is nobody',
      { jwt: { secret, issuer: [] } },
      'auth.jwt.issuer: expected one or more, got an empty list',
    ],
    [
      'a clock that is off by more than anybody allows',
      { jwt: { secret, clockToleranceMs: 300_001 } },
      'auth.jwt.clockToleranceMs: expected whole ms from 0 to 300000, got 300001',
    ],
    [
      'a key set that anybody on the way can change',
      { jwt: { jwksUrl: 'http://issuer.example/jwks' } },
      'auth.jwt.jwksUrl: jwksUrl is https, or http on this machine',
    ],
    [
      'a key set with a password',
      { jwt: { jwksUrl: 'https://me:hunter2@issuer.example/jwks' } },
      'auth.jwt.jwksUrl: expected a URL without a user and a password',
    ],
    [
      'a secret file that is not there',
      { jwt: { secretFile: '/nowhere/secret' } },
      'auth.jwt.secretFile: /nowhere/secret: there is no such file',
    ],
    [
      'a password as it is',
      { basic: { users: { ada: 'hunter2' } } },
      'auth.basic.users.ada: expected the hash of a password; make one with: tidewire password',
    ],
    ['basic for nobody', { basic: { users: {} } }, 'auth.basic.users: expected one user or more'],
    [
      'a realm that no header can hold',
      { basic: { realm: 'é', users } },
      'auth.basic: realm is printable ASCII',
    ],
  ])('%s', (_, auth, problem) => {
    expect(problemsWith({ auth })).toEqual([problem])
  })

  it('is none where Basic comes with the handshake', () => {
    const auth = {
      mode: 'required',
      jwt: { secret },
      basic: { users },
      tokenFrom: ['message'],
      rejectAnonymous: true,
    }
    expect(problemsWith({ auth })).toEqual([])
  })
})

describe('a secret', () => {
  it.each([
    ['too short', 'hunter2-hunter2', /has 15 bytes, and HS256 needs 32 or more; make one with/],
    ['a known default', 'changeme', /is a well-known default/],
    ['a number', 1234567890123, /expected text of 32 bytes or more, got a number/],
    ['in an array', ['hunter2'], /expected text of 32 bytes or more, got an array/],
  ])('that is %s is refused', (_, value, problem) => {
    expect(problemsWith({ auth: { jwt: { secret: value } } })).toEqual([
      expect.stringMatching(problem),
    ])
  })

  it('is never shown, wherever it was put by mistake', () => {
    const misplaced = [{ jwt: secret }, { jwt: [secret] }, secret, [secret]]
    const problems = misplaced.flatMap((auth) => readShape({ channels: {}, auth }).problems)
    expect(problems).toHaveLength(misplaced.length)
    expect(problems.join('\n')).not.toContain(secret)
  })
})
