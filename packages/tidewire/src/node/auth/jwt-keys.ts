import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { errors, JWTVerifyGetKey } from 'jose'
import {
  algorithmsOfKey,
  allowedAlgorithms,
  publicKeyAlgorithms,
  secretAlgorithms,
} from './jwt-algorithms.ts'
import { weaknessOf } from './jwt-secret.ts'

/**
 * What tokens are verified with: a secret, a public key, or a set of public keys
 * that is fetched, and the algorithms each may be used with. What a token says
 * of its own algorithm chooses among these and never adds one.
 */
export type JwtKeyOptions = { readonly algorithms?: readonly string[] | undefined } & (
  | {
      /**
       * A secret that issuer and server share: 32 bytes of UTF-8 or more (48 for
       * HS384, 64 for HS512), taken as they stand; base64 is not decoded. A
       * shorter or a well-known one is a TypeError. For HS256 unless
       * `algorithms` says otherwise.
       */
      readonly secret: string
      readonly publicKey?: undefined
      readonly jwksUrl?: undefined
    }
  | {
      /**
       * The issuer's public key, in PEM: SPKI or an X.509 certificate, whose own
       * validity is not looked at. By its kind for RS256, ES256, ES384, ES512 or
       * EdDSA, unless `algorithms` says otherwise. A private key, or RSA under
       * 2,048 bits, is a TypeError.
       */
      readonly publicKey: string
      readonly secret?: undefined
      readonly jwksUrl?: undefined
    }
  | {
      /**
       * Where the issuer's key set is: `https:`, or `http:` on this machine.
       * Fetched with the first token and kept for 10 min. A key that is not in it
       * is looked for again, at most once in 30 s, so that keys may rotate.
       * Without an answer in 5 s tokens are refused, and the cause is logged. For
       * every algorithm of public keys, unless `algorithms` says otherwise.
       */
      readonly jwksUrl: string | URL
      readonly secret?: undefined
      readonly publicKey?: undefined
    }
)

/** Keys, ready to be opened with the library, which is loaded later. */
export interface JwtKeys {
  readonly algorithms: readonly string[]
  open(jose: Jose): KeyObject | JWTVerifyGetKey
}

/** @throws TypeError for keys and algorithms that protect nothing, or do not go together. */
export function jwtKeysFrom(options: JwtKeyOptions): JwtKeys {
  const { algorithms, jwksUrl, publicKey, secret } = options
  const given = [secret, publicKey, jwksUrl].filter((source) => source !== undefined)
  if (given.length !== 1) {
    throw new TypeError('jwtAuth: exactly one of secret, publicKey and jwksUrl is given')
  }
  if (secret !== undefined) return ofSecret(secret, algorithms)
  return publicKey === undefined
    ? ofKeySet(new URL(jwksUrl), algorithms)
    : ofPublicKey(publicKey, algorithms)
}

type Jose = typeof import('jose')

function ofSecret(secret: string, listed: readonly string[] | undefined): JwtKeys {
  const algorithms = allowedAlgorithms(listed, secretAlgorithms, ['HS256'])
  const weakness = weaknessOf(secret, algorithms)
  if (weakness !== null) throw new TypeError(`the JWT secret ${weakness}`)
  const key = createSecretKey(Buffer.from(secret))
  return { algorithms, open: () => key }
}

function ofPublicKey(pem: string, listed: readonly string[] | undefined): JwtKeys {
  const key = publicKeyIn(pem)
  const possible = algorithmsOfKey(key)
  if (possible.length === 0) {
    throw new TypeError(`jwtAuth: publicKey is of a kind that signs no tokens`)
  }
  const { modulusLength } = key.asymmetricKeyDetails ?? {}
  if (modulusLength !== undefined && modulusLength < minRsaBits) {
    throw new TypeError(`jwtAuth: publicKey has ${modulusLength} bits, and RSA needs ${minRsaBits}`)
  }
  return { algorithms: allowedAlgorithms(listed, possible, possible.slice(0, 1)), open: () => key }
}

const minRsaBits = 2_048

// A private key holds its public one, and would be taken for it without a word.
function publicKeyIn(pem: string): KeyObject {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new TypeError('jwtAuth: publicKey is a private key, which only the issuer has')
  }
  try {
    return createPublicKey(pem)
  } catch {
    throw new TypeError('jwtAuth: publicKey is no public key in PEM')
  }
}

function ofKeySet(url: URL, listed: readonly string[] | undefined): JwtKeys {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new TypeError('jwtAuth: jwksUrl is https, or http on this machine')
  }
  return {
    algorithms: allowedAlgorithms(listed, publicKeyAlgorithms, publicKeyAlgorithms),
    open({ createRemoteJWKSet, errors }) {
      const keys = createRemoteJWKSet(url, keySetTimes)
      return async (header, token) => {
        try {
          return await keys(header, token)
        } catch (cause) {
          if (isFaultOfToken(cause, errors)) throw cause
          throw new Error('the JWKS cannot be had; a token was refused', { cause })
        }
      }
    },
  }
}

const keySetTimes = {
  timeoutDuration: 5_000,
  cooldownDuration: 30_000,
  cacheMaxAge: 10 * 60_000,
} as const

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
}

/** A token may name a key that nobody has, or none where there are several. */
function isFaultOfToken(cause: unknown, known: typeof errors): boolean {
  return cause instanceof known.JWKSNoMatchingKey || cause instanceof known.JWKSMultipleMatchingKeys
}
