import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { jwtAuth } from '../../src/node/index.ts'
import { exchange, upgradeRequest } from '../support/byte-socket.ts'
import { besiege } from './harness/besiege.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const now = Math.floor(Date.now() / 1_000)
const right = { sub: 'ada', aud: 'tidewire', iss: 'https://issuer.example', exp: now + 600 }

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Signed by hand, as no library would. */
function token(
  claims: object,
  header: object = { alg: 'RS256' },
  sign: (input: string) => string = signedWithKey,
): string {
  const input = `${encoded(header)}.${encoded(claims)}`
  return `${input}.${sign(input)}`
}

function signedWithKey(input: string): string {
  return createSign('sha256').update(input).sign(privateKey, 'base64url')
}

function signedWithPublicKey(input: string): string {
  return createHmac('sha256', publicKey).update(input).digest('base64url')
}

const wrongTokens: readonly (readonly [string, string])[] = [
  ['alg none', token(right, { alg: 'none' }, () => '')],
  ['alg None, with a signature', token(right, { alg: 'None' })],
  ['HS256 with the public key for a secret', token(right, { alg: 'HS256' }, signedWithPublicKey)],
  ['another algorithm of the same key', token(right, { alg: 'PS256' })],
  ['an expired token', token({ ...right, exp: now - 600 })],
  ['a token that is not valid yet', token({ ...right, nbf: now + 600 })],
  ['another audience', token({ ...right, aud: 'elsewhere' })],
  ['no audience', token({ ...right, aud: undefined })],
  ['another issuer', token({ ...right, iss: 'https://evil.example' })],
  ['no issuer', token({ ...right, iss: undefined })],
  ['claims changed after they were signed', changed(token(right))],
  [
    'a key in its own header',
    token(right, { alg: 'RS256', jwk: { kty: 'oct', k: 'AA' } }, () => 'AA'),
  ],
  [
    'a key at a place it names',
    token(right, { alg: 'RS256', jku: 'http://evil.example' }, () => 'AA'),
  ],
  ['garbage in three parts', 'aaaa.bbbb.cccc'],
  ['garbage', 'not a token at all'],
  ['nothing', ''],
  ['100 KB', token({ ...right, filler: 'x'.repeat(75_000) })],
]

function changed(signed: string): string {
  const [header, , signature] = signed.split('.')
  return `${header}.${encoded({ ...right, sub: 'eve' })}.${signature}`
}

describe('tokens', () => {
  const siege = besiege({
    auth: {
      mode: 'required',
      strategies: [
        jwtAuth({
          publicKey,
          algorithms: ['RS256'],
          audience: right.aud,
          issuer: right.iss,
        }),
      ],
    },
    // So that 100 KB arrive and are refused for what they are.
    limits: { maxPayloadBytes: 256 * 1_024 },
    witnessToken: token(right),
  })

  test.each(wrongTokens)(
    'row 20: %s closes with 4003, and nothing of it is logged',
    async (_, wrong) => {
      await using client = await siege.connect()
      client.send({ type: 'auth', id: 1, token: wrong })
      const { code, reason } = await client.closed()
      expect(code).toBe(4003)
      for (const part of wrong.split('.').filter(({ length }) => length > 8)) {
        expect(`${siege.log}${reason}`).not.toContain(part)
      }
    },
  )

  test.each(wrongTokens.filter(([, wrong]) => /^[\w.-]{1,8000}$/.test(wrong)))(
    'row 20: %s, as a bearer of the handshake, gets 403',
    async (_, wrong) => {
      for (const headers of [
        { Authorization: `Bearer ${wrong}` },
        { 'Sec-WebSocket-Protocol': `tidewire.v1.json, bearer.${wrong}` },
      ]) {
        const answer = await exchange(siege.server.port, upgradeRequest({ headers }))
        expect(answer.status).toBe(403)
        expect(`${siege.log}${answer.body}`).not.toContain(wrong)
      }
    },
  )

  test('row 20: a wrong token as a renewal is INVALID_TOKEN, and the old one goes on', async () => {
    await using client = await siege.connect()
    await client.ask({ type: 'auth', id: 1, token: token(right) })
    const answer = await client.ask({ type: 'auth', id: 2, token: token(right, { alg: 'none' }) })
    expect(answer).toMatchObject({ id: 2, code: 'INVALID_TOKEN' })
    await client.expectSilence()
  })

  test('row 24: a token in the query is ignored when that way is off, and not logged', async () => {
    const secret = token(right)
    await using socket = await siege.dial()
    await socket.handshake(upgradeRequest({ line: `GET /ws?token=${secret} HTTP/1.1` }))
    expect(JSON.parse(String((await socket.nextFrame()).payload))).toMatchObject({
      auth: 'required',
      userId: null,
    })
    expect(siege.log).not.toContain(secret)
  })
})

describe('a token in the query', () => {
  const siege = besiege({
    auth: {
      verify: (given) => (given === 'right' ? { userId: 'ada' } : null),
      tokenFrom: ['query'],
    },
  })
  const atQuery = (query: string) => upgradeRequest({ line: `GET /ws?${query} HTTP/1.1` })

  test('row 24: where that way is on, it says who it is', async () => {
    await using socket = await siege.dial()
    await socket.handshake(atQuery('token=right'))
    expect(String((await socket.nextFrame()).payload)).toContain('"userId":"ada"')
  })

  test('row 24: where that way is on, a wrong one gets 403 and is not logged', async () => {
    const answer = await exchange(siege.server.port, atQuery('token=hunter2'))
    expect(answer.status).toBe(403)
    expect(`${answer.body}${siege.log}`).not.toContain('hunter2')
  })
})
