import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { Mistakes, secret } from './mistakes.ts'

const hash = `scrypt:${'s'.repeat(22)}:${'h'.repeat(43)}`
const mistakes = new Mistakes()
beforeAll(() => mistakes.makeFiles())
afterAll(() => mistakes.remove())

describe('a way in that is wrong', () => {
  it.each<readonly [string, object, string | RegExp]>([
    [
      'a mode there is none of',
      { mode: 'always' },
      'auth.mode: expected "required" or "optional", got "always"',
    ],
    [
      'required, and no way in',
      { mode: 'required' },
      'auth: expected jwt or basic with "mode": "required", or nobody could ever connect',
    ],
    [
      'a secret that is too short',
      { jwt: { secret: 'hunter2' } },
      'auth.jwt.secret: the JWT secret has 7 bytes, and HS256 needs 32 or more; make one with: openssl rand -base64 48',
    ],
    [
      'a file with such a secret',
      { jwt: { secretFile: 'short.secret' } },
      /^auth\.jwt\.secretFile: the JWT secret has 7 bytes/,
    ],
    [
      'a file with no secret',
      { jwt: { secretFile: 'empty' } },
      /^auth\.jwt\.secretFile: the JWT secret has 0 bytes/,
    ],
    [
      'the secret of a tutorial',
      { jwt: { secretFile: 'known.secret' } },
      /^auth\.jwt\.secretFile: the JWT secret is a well-known default/,
    ],
    [
      'a secret file that is not there',
      { jwt: { secretFile: 'nowhere' } },
      `auth.jwt.secretFile: ${mistakes.fileOf('nowhere')}: there is no such file`,
    ],
    [
      'a public key for a secret',
      { jwt: { secretFile: 'public.pem' } },
      'auth.jwt.secretFile: the JWT secret is a key or certificate in PEM and no secret; a public key is given as such',
    ],
    [
      'two sources of keys',
      { jwt: { secret, secretFile: 'jwt.secret' } },
      'auth.jwt: expected one of secret, secretFile, publicKeyFile or jwksUrl, got secret and secretFile',
    ],
    [
      'no source of keys',
      { jwt: {} },
      'auth.jwt: expected one of secret, secretFile, publicKeyFile or jwksUrl, got none of them',
    ],
    [
      'HS256 with a public key',
      { jwt: { publicKeyFile: 'public.pem', algorithms: ['HS256'] } },
      'auth.jwt.algorithms: HS256 is not for this key, which goes with ES256',
    ],
    [
      'RS256 with a secret',
      { jwt: { secretFile: 'jwt.secret', algorithms: ['RS256'] } },
      'auth.jwt.algorithms: RS256 is not for this key, which goes with HS256, HS384, HS512',
    ],
    [
      'no signature at all',
      { jwt: { secretFile: 'jwt.secret', algorithms: ['none'] } },
      /^auth\.jwt\.algorithms: none is not for this key/,
    ],
    [
      'HS512 with a secret for HS256',
      { jwt: { secretFile: 'jwt.secret', algorithms: ['HS512'] } },
      /^auth\.jwt\.algorithms: the JWT secret has 39 bytes, and HS512 needs 64/,
    ],
    [
      'a private key for a public one',
      { jwt: { publicKeyFile: 'key.pem' } },
      'auth.jwt.publicKeyFile: publicKey is a private key, which only the issuer has',
    ],
    [
      'a key set without TLS',
      { jwt: { jwksUrl: 'http://issuer.example/keys' } },
      'auth.jwt.jwksUrl: jwksUrl is https, or http on this machine',
    ],
    [
      'a password for its hash',
      { basic: { users: { ada: secret } } },
      'auth.basic.users.ada: expected the hash of a password; make one with: tidewire password',
    ],
    [
      'a user with a colon',
      { basic: { users: { 'a:b': hash } } },
      'auth.basic.users: expected names of users that are not empty and have no colon',
    ],
    [
      'tokens from nowhere',
      { jwt: { secretFile: 'jwt.secret' }, tokenFrom: [] },
      'auth.tokenFrom: expected one place or more with jwt, or no token could ever come',
    ],
    [
      'tokens from a place there is none of',
      { tokenFrom: ['cookie'] },
      /^auth\.tokenFrom\[0\]: expected "header", /,
    ],
    [
      'rejected, and optional',
      { basic: { users: { ada: hash } }, rejectAnonymous: true },
      'auth.rejectAnonymous: expected only with "mode": "required": plain HTTP would still be for anybody',
    ],
  ])('%s', async (_, auth, problem) => {
    await mistakes.expectOne({ channels: {}, auth }, problem)
  })
})

describe('a certificate that is wrong', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it.each<readonly [string, object | boolean, string | RegExp]>([
    [
      'no key',
      { certFile: 'cert.pem' },
      'tls.keyFile: expected the path of a file, but it is missing',
    ],
    ['on, and no more', true, 'tls: expected an object, got a boolean'],
    [
      'the key of another',
      { certFile: 'cert.pem', keyFile: 'other.pem' },
      'tls.keyFile: this is not the key of the certificate in certFile',
    ],
    [
      'a file that is not there',
      { certFile: 'nowhere.pem', keyFile: 'key.pem' },
      `tls.certFile: ${mistakes.fileOf('nowhere.pem')}: there is no such file`,
    ],
    [
      'a directory',
      { certFile: 'directory', keyFile: 'key.pem' },
      /^tls\.certFile: .*: this is a directory, not a file$/,
    ],
    [
      'no PEM',
      { certFile: 'jwt.secret', keyFile: 'key.pem' },
      'tls.certFile: expected a certificate in PEM, got no PEM',
    ],
    [
      'a key with a passphrase',
      { certFile: 'cert.pem', keyFile: 'locked.pem' },
      'tls.keyFile: the key has a passphrase, and nobody is there to type it; store it without',
    ],
    [
      'a public key',
      { certFile: 'cert.pem', keyFile: 'public.pem' },
      'tls.keyFile: expected a private key in PEM, got public key',
    ],
  ])('%s', async (_, tls, problem) => {
    await mistakes.expectOne({ channels: {}, tls }, problem)
  })

  it.each([
    ['has ended', 3, /^tls\.certFile: the certificate ended on .* GMT; renew it$/],
    [
      'has not begun',
      -1,
      /^tls\.certFile: the certificate begins on .* GMT; look at the clock of this machine$/,
    ],
  ])('is told when it %s', async (_, days, problem) => {
    // It is for the two days after it was made.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 24 * 3_600_000 })
    const tls = { certFile: 'cert.pem', keyFile: 'key.pem' }
    await mistakes.expectOne({ channels: {}, tls }, problem)
  })

  it('is told by both of its files where they have changed places', async () => {
    const tls = { certFile: 'key.pem', keyFile: 'cert.pem' }
    expect(await mistakes.problemsOf('c.json', JSON.stringify({ channels: {}, tls }))).toEqual([
      `${mistakes.fileOf('c.json')}: tls.certFile: expected a certificate in PEM, got private key`,
      `${mistakes.fileOf('c.json')}: tls.keyFile: expected a private key in PEM, got certificate`,
    ])
  })
})
