import type { KeyObject } from 'node:crypto'

/**
 * Which signature algorithms go with which key (RFC 7518, RFC 8037).
 *
 * A public key is never used as a secret: with one, every HS algorithm is out,
 * whatever the application lists.
 */

const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const edwards = ['EdDSA', 'Ed25519']

/** For a secret that issuer and server share; the first is the default. */
export const secretAlgorithms: readonly string[] = ['HS256', 'HS384', 'HS512']

/** For keys whose kind is not known beforehand. */
export const publicKeyAlgorithms: readonly string[] = [
  ...rsa,
  'ES256',
  'ES384',
  'ES512',
  ...edwards,
]

/** For one public key; none for a kind that signs no tokens. The first is the default. */
export function algorithmsOfKey({
  asymmetricKeyType,
  asymmetricKeyDetails,
}: KeyObject): readonly string[] {
  switch (asymmetricKeyType) {
    case 'rsa':
      return rsa
    case 'ed25519':
      return edwards
    case 'ec':
      return ofCurve.get(asymmetricKeyDetails?.namedCurve ?? '') ?? []
    default:
      return []
  }
}

const ofCurve: ReadonlyMap<string, readonly string[]> = new Map([
  ['prime256v1', ['ES256']],
  ['secp384r1', ['ES384']],
  ['secp521r1', ['ES512']],
])

/**
 * The algorithms an application lists, or else the default.
 *
 * @throws TypeError for an empty list, and for one that the key cannot be used with.
 */
export function allowedAlgorithms(
  listed: readonly string[] | undefined,
  possible: readonly string[],
  byDefault: readonly string[],
): readonly string[] {
  if (listed === undefined) return byDefault
  if (listed.length === 0) throw new TypeError('jwtAuth: algorithms names none')
  const misfit = listed.find((algorithm) => !possible.includes(algorithm))
  if (misfit === undefined) return [...listed]
  throw new TypeError(
    `jwtAuth: ${misfit} is not for this key, which goes with ${possible.join(', ')}`,
  )
}
