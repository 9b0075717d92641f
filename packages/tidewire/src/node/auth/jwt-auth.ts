import type { JWTPayload } from 'jose'
import type { AuthContext, AuthOutcome, Identity, TokenStrategy } from '../../core/ports/auth.ts'
import { type JwtKeyOptions, type JwtKeys, jwtKeysFrom } from './jwt-keys.ts'

/**
 * The strategy for JSON Web Tokens: signed with a shared secret, or by an issuer
 * whose public key, or set of keys, is known.
 *
 * Accepts a token whose signature, times, audience and issuer hold, as the user
 * in `sub`, until `exp`; one without `exp` does not end. What it claims is in the
 * identity's `claims`. A token that is not a JWT is left to the strategies that
 * follow; every other JWT is refused, also one over 16 KiB. `jose` is loaded with
 * the first token.
 *
 * @throws TypeError for a key that protects nothing, and for algorithms or other
 *   options that make no sense.
 * @example
 * createTidewire({ channels, auth: { strategies: [jwtAuth({ secret })] } })
 */
export function jwtAuth(options: JwtAuthOptions): TokenStrategy {
  const keys = jwtKeysFrom(options)
  const checks = checksFrom(options)
  const { identify = userInSub } = options
  let verifier: Promise<VerifyJwt> | undefined
  return {
    name: 'jwt',
    async verifyToken(token, context): Promise<AuthOutcome> {
      if (token.length > maxTokenLength) return refused('longer than 16 KiB')
      if (!compactShape.test(token)) return { kind: 'absent' }
      verifier ??= openVerifier(keys, checks)
      const claims = await (await verifier)(token)
      if (typeof claims === 'string') return refused(claims)
      const found = await identify(claims, context)
      if (found === null) return refused('nobody is meant by its claims')
      const end = Math.min(endOf(claims, checks), found.expiresAt ?? Infinity)
      const expiresAt = end === Infinity ? undefined : end
      return { kind: 'accepted', identity: { claims, ...found, expiresAt } }
    },
  }
}

/** Which tokens hold, and whose they are. */
export type JwtAuthOptions = JwtKeyOptions & JwtChecks

export interface JwtChecks {
  /** Who a token is for: it names one of these in `aud`. Default: not looked at. Name it when the issuer serves others, too. */
  readonly audience?: string | readonly string[] | undefined

  /** Who a token is from: it names one of these in `iss`. Default: not looked at. */
  readonly issuer?: string | readonly string[] | undefined

  /** How far the issuer's clock may be off, in ms: tokens hold that much earlier and longer. Default 0, at most 300,000. */
  readonly clockToleranceMs?: number | undefined

  /**
   * Says who the claims of a token that holds belong to; null refuses it.
   * Default: the user in `sub`. It may end the identity sooner than `exp`, not
   * later, and replace its claims.
   */
  readonly identify?: IdentifyClaims | undefined
}

export type IdentifyClaims = (
  claims: Readonly<Record<string, unknown>>,
  context: AuthContext,
) => Identity | null | Promise<Identity | null>

/** The claims of a token that holds, or why it does not. */
type VerifyJwt = (token: string) => Promise<JWTPayload | string>

function refused(why: string): AuthOutcome {
  return { kind: 'refused', why }
}

// A JWT is ASCII, so characters are bytes. Beyond it nothing is decoded: a
// stranger's long token costs what a short one does.
const maxTokenLength = 16 * 1024

// Three parts of base64url; the last one, the signature, is empty for `alg: none`.
const compactShape = /^[\w-]+\.[\w-]+\.[\w-]*$/

async function openVerifier(keys: JwtKeys, checks: Checks): Promise<VerifyJwt> {
  const jose = await import('jose')
  const key = keys.open(jose)
  const options = { ...checks, algorithms: [...keys.algorithms] }
  return async (token) => {
    try {
      const { payload } = await jose.jwtVerify(token, key, options)
      const isTime = Number.isSafeInteger(Math.floor((payload.exp ?? 0) * 1_000))
      return isTime ? payload : '"exp" claim is no time'
    } catch (error) {
      // Anything else is not the token's fault, and the engine logs it.
      if (error instanceof jose.errors.JOSEError) return error.message
      throw error
    }
  }
}

/** What the library looks at beside signature and times, in its own terms. */
interface Checks {
  readonly audience?: string[]
  readonly issuer?: string[]
  /** In seconds, as all times of a JWT. */
  readonly clockTolerance: number
}

function checksFrom({ audience, issuer, clockToleranceMs = 0 }: JwtChecks): Checks {
  if (!(clockToleranceMs >= 0 && clockToleranceMs <= maxClockToleranceMs)) {
    throw new TypeError(`jwtAuth: clockToleranceMs is from 0 to ${maxClockToleranceMs}`)
  }
  return {
    ...(audience !== undefined && { audience: namesIn('audience', audience) }),
    ...(issuer !== undefined && { issuer: namesIn('issuer', issuer) }),
    clockTolerance: clockToleranceMs / 1_000,
  }
}

const maxClockToleranceMs = 300_000

// An empty list or name would let every token through, or none.
function namesIn(option: string, value: string | readonly string[]): string[] {
  const names = typeof value === 'string' ? [value] : [...value]
  if (names.length > 0 && names.every((name) => name !== '')) return names
  throw new TypeError(`jwtAuth: ${option} names nobody`)
}

/** When a token holds no longer, by the clock that verified it. */
function endOf({ exp }: JWTPayload, { clockTolerance }: Checks): number {
  return exp === undefined ? Infinity : Math.floor((exp + clockTolerance) * 1_000)
}

const userInSub: IdentifyClaims = ({ sub }) =>
  typeof sub === 'string' && sub !== '' ? { userId: sub } : null
