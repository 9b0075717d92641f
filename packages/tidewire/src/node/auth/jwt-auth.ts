import { webcrypto } from 'node:crypto'
import type { AuthOutcome, TokenStrategy } from '../../core/ports/auth.ts'
import { weaknessOf } from './jwt-secret.ts'

/**
 * The strategy for JSON Web Tokens that are signed with a shared secret: HS256
 * and nothing else, as what a token says of its own algorithm is never believed.
 *
 * Accepts a token whose signature and times hold, as the user in `sub`, until
 * `exp`; one without `exp` does not end. A token that is not a JWT is left to
 * the strategies that follow; every other JWT is refused, also one over 16 KiB.
 * `jose` is loaded with the first token.
 *
 * @throws TypeError for a secret that protects nothing.
 * @example
 * createTidewire({ channels, auth: { strategies: [jwtAuth({ secret })] } })
 */
export function jwtAuth({ secret }: JwtAuthOptions): TokenStrategy {
  const weakness = weaknessOf(secret)
  if (weakness !== null) throw new TypeError(`the JWT secret ${weakness}`)
  let verifier: Promise<Verify> | undefined
  return {
    name: 'jwt',
    async verifyToken(token) {
      if (token.length > maxTokenLength) return refused
      if (!compactShape.test(token)) return { kind: 'absent' }
      verifier ??= verifierFor(secret)
      const verify = await verifier
      return verify(token)
    },
  }
}

export interface JwtAuthOptions {
  /**
   * What tokens are signed with: 32 bytes of UTF-8 or more, taken as they stand
   * (base64 is not decoded). A shorter or a well-known one is a TypeError.
   */
  readonly secret: string
}

type Verify = (token: string) => Promise<AuthOutcome>

const refused: AuthOutcome = { kind: 'refused' }

// A JWT is ASCII, so characters are bytes. Beyond it nothing is decoded: a
// stranger's long token costs what a short one does.
const maxTokenLength = 16 * 1024

// Three parts of base64url; the last one, the signature, is empty for `alg: none`.
const compactShape = /^[\w-]+\.[\w-]+\.[\w-]*$/

async function verifierFor(secret: string): Promise<Verify> {
  const { errors, jwtVerify } = await import('jose')
  const key = await importKey(secret)
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] })
      return outcomeOf(payload.sub, payload.exp)
    } catch (error) {
      // Anything else is not the token's fault, and the engine logs it.
      if (error instanceof errors.JOSEError) return refused
      throw error
    }
  }
}

// Imported once: a raw secret would be imported again for every token.
function importKey(secret: string): Promise<webcrypto.CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return webcrypto.subtle.importKey('raw', Buffer.from(secret), algorithm, false, ['verify'])
}

function outcomeOf(userId: unknown, expirySeconds: number | undefined): AuthOutcome {
  if (typeof userId !== 'string' || userId === '') return refused
  if (expirySeconds === undefined) return { kind: 'accepted', identity: { userId } }
  const expiresAt = Math.floor(expirySeconds * 1_000)
  if (!Number.isSafeInteger(expiresAt)) return refused
  return { kind: 'accepted', identity: { userId, expiresAt } }
}
