import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { selfSignedCertificate } from '../../../test/support/certificate.ts'
import { type JwtAuthOptions, jwtAuth } from './jwt-auth.ts'

const refused = { kind: 'refused', why: expect.any(String) }
const accepted = { kind: 'accepted', identity: { userId: 'ada' } }
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const publicKey = pemOf(rsa.publicKey)

describe('a secret', () => {
  const secret = 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf'.repeat(2)

  it.each(['HS256', 'HS384', 'HS512'])('is for %s when that is listed', async (alg) => {
    const token = await signed(alg, Buffer.from(secret))
    expect(await verified(token, { secret, algorithms: [alg] })).toMatchObject(accepted)
    const others = ['HS256', 'HS384', 'HS512'].filter((other) => other !== alg)
    expect(await verified(token, { secret, algorithms: others })).toEqual(refused)
  })

  it.each([
    ['HS384', 48],
    ['HS512', 64],
  ])('for %s has %i bytes or more', (alg, bytes) => {
    const options = (length: number) => ({ secret: 'x'.repeat(length), algorithms: ['HS256', alg] })
    expect(() => jwtAuth(options(bytes - 1))).toThrow(`${alg} needs ${bytes}`)
    expect(() => jwtAuth(options(bytes))).not.toThrow()
  })
})

describe('a public key', () => {
  it.each([
    ['RS256', rsa],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['ES512', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['EdDSA', generateKeyPairSync('ed25519')],
  ] as const)('is for %s by its kind', async (alg, { publicKey: key, privateKey }) => {
    const token = await signed(alg, privateKey)
    expect(await verified(token, { publicKey: pemOf(key) })).toMatchObject(accepted)
    const [header, claims, signature] = token.split('.')
    const changed = `${header}.${encoded({ sub: 'eve' })}.${signature}`
    expect(await verified(changed, { publicKey: pemOf(key) })).toEqual(refused)
    expect(await verified(`${header}.${claims}.`, { publicKey: pemOf(key) })).toEqual(refused)
  })

  it('of RSA is for other algorithms when they are listed, and only then', async () => {
    const token = await signed('PS512', rsa.privateKey)
    expect(await verified(token, { publicKey, algorithms: ['PS512'] })).toMatchObject(accepted)
    expect(await verified(token, { publicKey })).toEqual(refused)
  })

  it('is taken out of a certificate', async () => {
    const { cert, key } = selfSignedCertificate()
    const { createPrivateKey } = await import('node:crypto')
    const token = await signed('ES256', createPrivateKey(key))
    expect(await verified(token, { publicKey: cert })).toMatchObject(accepted)
  })

  it('of somebody else refuses', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    expect(await verified(await signed('RS256', other.privateKey), { publicKey })).toEqual(refused)
  })

  // The classic: a verifier that believes the header takes the public key for a secret.
  it.each(['HS256', 'HS384', 'HS512'])('is no secret for %s', async (alg) => {
    const hash = alg.replace('HS', 'sha')
    const forms = [
      publicKey,
      publicKey.trim(),
      rsa.publicKey.export({ type: 'spki', format: 'der' }),
    ]
    for (const secret of forms) {
      const input = `${encoded({ alg })}.${encoded({ sub: 'ada' })}`
      const forged = `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`
      expect(await verified(forged, { publicKey })).toEqual(refused)
    }
  })

  it.each(['none', 'None', 'NONE'])('is not passed by with alg %s', async (alg) => {
    const unsigned = `${encoded({ alg })}.${encoded({ sub: 'ada' })}.`
    expect(await verified(unsigned, { publicKey })).toEqual(refused)
  })

  it('that a token brings along is not looked at', async () => {
    const own = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const token = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'RS256', jwk: own.publicKey.export({ format: 'jwk' }) })
      .sign(own.privateKey)
    expect(await verified(token, { publicKey })).toEqual(refused)
  })
})

describe('keys that protect nothing, or fit nothing, are a TypeError', () => {
  const secret = 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf'
  const small = generateKeyPairSync('rsa', { modulusLength: 1_024 })
  const agreement = generateKeyPairSync('x25519')
  const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  // What does not fit the type either: an application may be in JavaScript.
  const none = {} as JwtAuthOptions
  const both = { secret, publicKey } as unknown as JwtAuthOptions

  it.each<[string, JwtAuthOptions]>([
    ['no key', none],
    ['two keys', both],
    [
      'a private key',
      { publicKey: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
    ],
    [
      'an RSA private key',
      { publicKey: rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() },
    ],
    ['a key that is none', { publicKey: 'ssh-ed25519 AAAA' }],
    ['an empty key', { publicKey: '' }],
    ['a short RSA key', { publicKey: pemOf(small.publicKey) }],
    ['a key that signs nothing', { publicKey: pemOf(agreement.publicKey) }],
    ['a curve of another world', { publicKey: pemOf(koblitz.publicKey) }],
    ['no algorithms', { secret, algorithms: [] }],
    ['none, for a secret', { secret, algorithms: ['HS256', 'none'] }],
    ['none, for a public key', { publicKey, algorithms: ['none'] }],
    ['a secret for RS256', { secret, algorithms: ['RS256'] }],
    ['a public key for HS256', { publicKey, algorithms: ['RS256', 'HS256'] }],
    ['an RSA key for ES256', { publicKey, algorithms: ['ES256'] }],
    ['an algorithm in another case', { secret, algorithms: ['hs256'] }],
    ['a key set for HS256', { jwksUrl: 'https://issuer.example/jwks', algorithms: ['HS256'] }],
    ['a key set over http', { jwksUrl: 'http://issuer.example/jwks' }],
    ['a key set in a file', { jwksUrl: 'file:///etc/jwks.json' }],
    ['a key set on a host that begins like this machine', { jwksUrl: 'http://127.0.0.1.example/' }],
    ['a key set nowhere', { jwksUrl: 'issuer.example' }],
  ])('%s', (_, options) => {
    expect(() => jwtAuth(options)).toThrow(TypeError)
  })
})

function verified(token: string, options: JwtAuthOptions) {
  return jwtAuth(options).verifyToken(token, { remoteAddress: '192.0.2.1' })
}

function signed(alg: string, key: KeyObject | Uint8Array): Promise<string> {
  return new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg }).sign(key)
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
