import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type KeySetServer, startKeySetServer } from '../../../test/support/key-set-server.ts'
import { recordingLogger } from '../../../test/support/recording-logger.ts'
import { Authenticator } from '../../core/connection/authenticator.ts'
import { jwtAuth } from './jwt-auth.ts'

const refused = { kind: 'refused', why: expect.any(String) }
const accepted = { kind: 'accepted', identity: { userId: 'ada' } }
const context = { remoteAddress: '192.0.2.1' }

let issuer: KeySetServer
beforeEach(async () => {
  // The library counts the age of a set on the machine's clock.
  vi.useFakeTimers({ toFake: ['Date'] })
  issuer = await startKeySetServer()
})
afterEach(async () => {
  await issuer[Symbol.asyncDispose]()
  vi.useRealTimers()
})

it('is fetched with the first token, and once for many', async () => {
  const key = issuer.publish('one')
  const strategy = jwtAuth({ jwksUrl: issuer.url })
  expect(issuer.asked).toBe(0)
  const token = await signed(key, 'one')
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, () => strategy.verifyToken(token, context)),
  )
  for (const outcome of outcomes) expect(outcome).toMatchObject(accepted)
  expect(issuer.asked).toBe(1)
})

it('is fetched again for a key that is not in it, after half a minute', async () => {
  const first = issuer.publish('first')
  const strategy = jwtAuth({ jwksUrl: issuer.url })
  expect(await strategy.verifyToken(await signed(first, 'first'), context)).toMatchObject(accepted)
  const second = issuer.publish('second')
  issuer.withdraw('first')
  const token = await signed(second, 'second')
  expect(await strategy.verifyToken(token, context)).toEqual(refused)
  expect(issuer.asked).toBe(1)
  vi.advanceTimersByTime(30_001)
  expect(await strategy.verifyToken(token, context)).toMatchObject(accepted)
  expect(issuer.asked).toBe(2)
  expect(await strategy.verifyToken(await signed(first, 'first'), context)).toEqual(refused)
})

it('is asked no more often for tokens that name keys nobody has', async () => {
  const key = issuer.publish('one')
  const strategy = jwtAuth({ jwksUrl: issuer.url })
  for (let count = 0; count < 20; count += 1) {
    const token = await signed(key, `unknown-${count}`)
    expect(await strategy.verifyToken(token, context)).toEqual(refused)
  }
  expect(issuer.asked).toBe(1)
})

it('is fetched again after ten minutes: a key that was withdrawn holds no longer', async () => {
  const key = issuer.publish('one')
  issuer.publish('other')
  const strategy = jwtAuth({ jwksUrl: issuer.url })
  const token = await signed(key, 'one')
  expect(await strategy.verifyToken(token, context)).toMatchObject(accepted)
  issuer.withdraw('one')
  vi.advanceTimersByTime(10 * 60_000 + 1)
  expect(await strategy.verifyToken(token, context)).toEqual(refused)
})

it.each<[string, NonNullable<KeySetServer['answer']>]>([
  ['an error', (response) => response.writeHead(500).end()],
  ['no JSON', (response) => response.end('<html>')],
  ['JSON that is no set', (response) => response.end('{"keys":"none"}')],
  ['a redirect', (response) => response.writeHead(302, { Location: '/other' }).end()],
  ['a socket that is cut', (response) => response.socket?.destroy()],
])('that answers with %s refuses, is logged without the token, and heals', async (_, answer) => {
  const key = issuer.publish('one')
  const { logger, lines } = recordingLogger()
  const strategies = [jwtAuth({ jwksUrl: issuer.url })]
  const authenticator = new Authenticator({ need: 'required', strategies, logger })
  const token = await signed(key, 'one')
  issuer.answer = answer
  expect(await authenticator.verify(token, context)).toEqual({ kind: 'failed' })
  expect(lines.join('\n')).toContain('the JWKS cannot be had')
  expect(lines.join('\n')).not.toContain(token)
  issuer.answer = null
  expect(await authenticator.verify(token, context)).toMatchObject(accepted)
})

it('where nobody listens refuses, and heals', async () => {
  const gone = await startKeySetServer()
  await gone[Symbol.asyncDispose]()
  const strategy = jwtAuth({ jwksUrl: gone.url })
  const token = await signed(issuer.publish('one'), 'one')
  await expect(strategy.verifyToken(token, context)).rejects.toThrow('the JWKS cannot be had')
})

it('is for public keys: what one of them signed as a secret is refused', async () => {
  const key = issuer.publish('one')
  const strategy = jwtAuth({ jwksUrl: issuer.url })
  const input = `${encoded({ alg: 'HS256', kid: 'one' })}.${encoded({ sub: 'ada' })}`
  const pem = key.export({ type: 'pkcs8', format: 'pem' })
  const forged = `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`
  expect(await strategy.verifyToken(forged, context)).toEqual(refused)
  expect(issuer.asked).toBe(0)
})

it('does not follow a token to keys of its own', async () => {
  issuer.publish('one')
  await using others = await startKeySetServer()
  const own = others.publish('one')
  const token = await new SignJWT({ sub: 'ada' })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', jku: others.url })
    .sign(own)
  expect(await jwtAuth({ jwksUrl: issuer.url }).verifyToken(token, context)).toEqual(refused)
  expect(others.asked).toBe(0)
})

it('refuses a token that names no key where there are several', async () => {
  const key = issuer.publish('one')
  issuer.publish('two')
  const token = await signed(key, undefined)
  expect(await jwtAuth({ jwksUrl: issuer.url }).verifyToken(token, context)).toEqual(refused)
})

it('refuses a key it does not hold under a name that it does', async () => {
  issuer.publish('one')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const token = await signed(privateKey, 'one')
  expect(await jwtAuth({ jwksUrl: issuer.url }).verifyToken(token, context)).toEqual(refused)
})

function signed(key: KeyObject, kid: string | undefined): Promise<string> {
  const header = { alg: 'RS256', ...(kid !== undefined && { kid }) }
  return new SignJWT({ sub: 'ada' }).setProtectedHeader(header).sign(key)
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
