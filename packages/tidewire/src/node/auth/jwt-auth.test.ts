import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { jwtAuth } from './jwt-auth.ts'

const secret = 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf'
const strategy = jwtAuth({ secret })
const context = { connectionId: 'c1', remoteAddress: '127.0.0.1' }
const refused = { kind: 'refused', why: expect.any(String) }
const absent = { kind: 'absent' }

describe('a token that holds', () => {
  it('is accepted as the user in sub, until exp', async () => {
    const exp = inSeconds(60)
    expect(await verified(await signed({ sub: 'ada', exp }))).toEqual({
      kind: 'accepted',
      identity: { userId: 'ada', expiresAt: exp * 1_000, claims: { sub: 'ada', exp } },
    })
  })

  it('does not end without exp', async () => {
    const outcome = await verified(await signed({ sub: 'ada' }))
    expect(outcome).toEqual({
      kind: 'accepted',
      identity: { userId: 'ada', claims: { sub: 'ada' }, expiresAt: undefined },
    })
  })

  it('is accepted when nbf has passed', async () => {
    const outcome = await verified(await signed({ sub: 'ada', nbf: inSeconds(-1) }))
    expect(outcome).toMatchObject({ kind: 'accepted' })
  })
})

describe('a token that does not hold is refused', () => {
  it.each([
    ['expired', { sub: 'ada', exp: inSeconds(-1) }],
    ['not yet valid', { sub: 'ada', nbf: inSeconds(3_600) }],
    ['without sub', { exp: inSeconds(60) }],
    ['with an empty sub', { sub: '' }],
    ['with a number for sub', { sub: 7 }],
    ['with text for exp', { sub: 'ada', exp: 'tomorrow' }],
    ['with an exp no clock can show', { sub: 'ada', exp: 1e300 }],
  ])('%s', async (_, claims) => {
    expect(await verified(handSigned({ alg: 'HS256' }, claims))).toEqual(refused)
  })

  it('signed with another secret', async () => {
    const token = await signed({ sub: 'ada' }, `${secret}x`)
    expect(await verified(token)).toEqual(refused)
  })

  it('with claims changed after it was signed', async () => {
    const [header, , signature] = (await signed({ sub: 'ada' })).split('.')
    expect(await verified(`${header}.${encoded({ sub: 'eve' })}.${signature}`)).toEqual(refused)
  })

  it.each(['none', 'None', 'nOnE'])('alg %s, with and without a signature', async (alg) => {
    const unsigned = `${encoded({ alg })}.${encoded({ sub: 'ada' })}`
    expect(await verified(`${unsigned}.`)).toEqual(refused)
    expect(await verified(handSigned({ alg }, { sub: 'ada' }))).toEqual(refused)
  })

  it.each(['HS384', 'HS512'])('alg %s, though the secret is right', async (alg) => {
    const hash = alg === 'HS384' ? 'sha384' : 'sha512'
    expect(await verified(handSigned({ alg }, { sub: 'ada' }, hash))).toEqual(refused)
  })

  it('with a critical extension nobody here knows', async () => {
    const token = handSigned({ alg: 'HS256', crit: ['later'], later: 1 }, { sub: 'ada' })
    expect(await verified(token)).toEqual(refused)
  })

  it('of 100 KB, though its signature is right', async () => {
    const token = await signed({ sub: 'ada', filler: 'x'.repeat(75_000) })
    expect(token.length).toBeGreaterThan(100_000)
    expect(await verified(token)).toEqual(refused)
  })

  it('whose parts are no JSON', async () => {
    expect(await verified('aaaa.bbbb.cccc')).toEqual(refused)
  })
})

describe('what is not a JWT', () => {
  it.each(['', 'garbage', 'a.b', 'a.b.c.d', '..', 'a b.c.d', 'ключ.ключ.ключ', '\u0000.\u0000.'])(
    '%j is left to the next strategy',
    async (token) => {
      expect(await verified(token)).toEqual(absent)
    },
  )

  it('is never accepted and never throws', async () => {
    const part = fc.oneof(fc.base64String(), fc.json().map(encoded), fc.string())
    const token = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part).map((p) => p.join('.')),
    )
    await fc.assert(
      fc.asyncProperty(token, async (text) => {
        expect((await verified(text)).kind).not.toBe('accepted')
      }),
    )
  })
})

describe('the secret', () => {
  it('is refused under 32 bytes', () => {
    expect(() => jwtAuth({ secret: 'x'.repeat(31) })).toThrow(/has 31 bytes.*32 or more.*openssl/)
    expect(() => jwtAuth({ secret: 'x'.repeat(32) })).not.toThrow()
  })

  it('is counted in bytes of UTF-8', () => {
    expect(() => jwtAuth({ secret: 'é'.repeat(16) })).not.toThrow()
  })

  it.each([
    'secret',
    'changeme',
    ' ChangeMe ',
    'your-256-bit-secret',
    'a-string-secret-at-least-256-bits-long',
  ])('%j is refused as a default that everybody knows', (known) => {
    expect(() => jwtAuth({ secret: known })).toThrow(/well-known default/)
  })

  it('is not part of what is said of it', () => {
    expect(() => jwtAuth({ secret: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})

async function verified(token: string) {
  return strategy.verifyToken(token, context)
}

async function signed(claims: Readonly<Record<string, unknown>>, key = secret): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(key))
}

/** Signed by hand, as no library would: with any header and any claims. */
function handSigned(header: unknown, claims: unknown, hash = 'sha256'): string {
  const input = `${encoded(header)}.${encoded(claims)}`
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds
}
