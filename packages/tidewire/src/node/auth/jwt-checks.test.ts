import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { type JwtChecks, jwtAuth } from './jwt-auth.ts'

const secret = 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf'
const refused = { kind: 'refused', why: expect.any(String) }
const accepted = { kind: 'accepted' }

describe('an audience', () => {
  it.each([
    ['is named', { aud: 'tidewire' }],
    ['is one of those that are named', { aud: ['other', 'tidewire'] }],
  ])('%s: accepted', async (_, claims) => {
    expect(await verified(claims, { audience: 'tidewire' })).toMatchObject(accepted)
    expect(await verified(claims, { audience: ['another', 'tidewire'] })).toMatchObject(accepted)
  })

  it.each([
    ['is another one', { aud: 'other' }],
    ['is named in another case', { aud: 'Tidewire' }],
    ['is named nowhere', {}],
    ['is no name', { aud: { tidewire: true } }],
  ])('%s: refused', async (_, claims) => {
    expect(await verified(claims, { audience: 'tidewire' })).toEqual(refused)
  })
})

describe('an issuer', () => {
  it('is named: accepted', async () => {
    const issuer = ['https://a.example', 'https://b.example']
    expect(await verified({ iss: 'https://b.example' }, { issuer })).toMatchObject(accepted)
  })

  it.each([
    ['is another one', { iss: 'https://evil.example' }],
    ['is named nowhere', {}],
    ['is a list', { iss: ['https://a.example'] }],
  ])('%s: refused', async (_, claims) => {
    expect(await verified(claims, { issuer: 'https://a.example' })).toEqual(refused)
  })
})

describe('a refusal says why, without the token', () => {
  it.each([
    ['its end', { exp: inSeconds(-20) }, {}, '"exp" claim timestamp check failed'],
    ['its audience', { aud: 'other' }, { audience: 'tidewire' }, 'unexpected "aud" claim value'],
    ['its issuer', {}, { issuer: 'https://a.example' }, 'missing required "iss" claim'],
    ['its user', { sub: '' }, {}, 'nobody is meant by its claims'],
  ] as const)('%s', async (_, claims, checks, why) => {
    expect(await verified(claims, checks)).toEqual({ kind: 'refused', why })
  })

  it('its signature', async () => {
    const token = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret.toUpperCase()))
    const outcome = await jwtAuth({ secret }).verifyToken(token, { remoteAddress: '' })
    expect(outcome).toEqual({ kind: 'refused', why: 'signature verification failed' })
  })
})

describe('a clock that is off', () => {
  it('by no more than the tolerance makes no difference, and the end moves with it', async () => {
    const exp = inSeconds(-20)
    expect(await verified({ exp }, { clockToleranceMs: 60_000 })).toMatchObject({
      kind: 'accepted',
      identity: { expiresAt: (exp + 60) * 1_000 },
    })
    expect(await verified({ nbf: inSeconds(20) }, { clockToleranceMs: 60_000 })).toMatchObject(
      accepted,
    )
  })

  it('by more than the tolerance refuses', async () => {
    expect(await verified({ exp: inSeconds(-60) }, { clockToleranceMs: 20_000 })).toEqual(refused)
    expect(await verified({ nbf: inSeconds(60) }, { clockToleranceMs: 20_000 })).toEqual(refused)
    expect(await verified({ exp: inSeconds(-1) }, {})).toEqual(refused)
  })
})

describe('whose a token is', () => {
  it('says identify, by its claims', async () => {
    const seen: unknown[] = []
    const outcome = await verified(
      { uid: 7, role: 'operator' },
      {
        identify({ uid, role }, { remoteAddress }) {
          seen.push(remoteAddress)
          return { userId: `user-${uid}`, claims: { role } }
        },
      },
    )
    expect(outcome).toMatchObject({ identity: { userId: 'user-7', claims: { role: 'operator' } } })
    expect(seen).toEqual(['192.0.2.1'])
  })

  it('says identify, and null refuses', async () => {
    expect(await verified({}, { identify: async () => null })).toEqual(refused)
  })

  it('says identify, and it is not asked about a token that does not hold', async () => {
    const identify = () => {
      throw new Error('asked')
    }
    expect(await verified({ exp: inSeconds(-60) }, { identify })).toEqual(refused)
  })

  it('ends with exp, or sooner when identify says so, never later', async () => {
    const exp = inSeconds(60)
    const end = exp * 1_000
    for (const [said, expiresAt] of [
      [end - 1_000, end - 1_000],
      [end + 1_000, end],
      [undefined, end],
    ]) {
      const identify = () => ({ userId: 'ada', expiresAt: said })
      expect(await verified({ exp }, { identify })).toMatchObject({ identity: { expiresAt } })
    }
  })
})

describe('options that make no sense', () => {
  it.each([
    ['no audience', { audience: '' }],
    ['no audience in a list', { audience: [] }],
    ['an empty issuer in a list', { issuer: ['https://a.example', ''] }],
    ['a negative tolerance', { clockToleranceMs: -1 }],
    ['a tolerance of hours', { clockToleranceMs: 3_600_000 }],
    ['a tolerance that is no number', { clockToleranceMs: Number.NaN }],
  ])('are a TypeError: %s', (_, checks) => {
    expect(() => jwtAuth({ secret, ...checks })).toThrow(TypeError)
  })
})

async function verified(claims: Readonly<Record<string, unknown>>, checks: JwtChecks) {
  const token = await new SignJWT({ sub: 'ada', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret))
  return jwtAuth({ secret, ...checks }).verifyToken(token, { remoteAddress: '192.0.2.1' })
}

function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds
}
