/**
 * Which secrets may sign a token: at least as long as the hash is (RFC 7518,
 * section 3.2), and none that everybody can look up.
 *
 * What is said of a secret never holds any of it (P-014).
 */

/** Bytes a secret for HS256 has at least. */
const minSecretBytes = 32

/** What is wrong with a secret for these algorithms, with what to do about it; null when nothing is. */
export function weaknessOf(
  secret: string,
  algorithms: readonly string[] = ['HS256'],
): string | null {
  if (publicSecrets.has(secret.trim().toLowerCase())) {
    return `is a well-known default that anybody can sign with; ${hint}`
  }
  // Everybody has a public key: whoever took it for the secret could sign with it.
  if (secret.includes('-----BEGIN ')) {
    return 'is a key or certificate in PEM and no secret; a public key is given as such'
  }
  const bytes = Buffer.byteLength(secret)
  for (const algorithm of algorithms) {
    const needed = minBytes.get(algorithm) ?? 0
    if (bytes < needed) {
      return `has ${bytes} bytes, and ${algorithm} needs ${needed} or more; ${hint}`
    }
  }
  return null
}

const minBytes: ReadonlyMap<string, number> = new Map([
  ['HS256', minSecretBytes],
  ['HS384', 48],
  ['HS512', 64],
])

const hint = 'make one with: openssl rand -base64 48'

// What tutorials, templates and jwt.io put in the place of a secret, in lower case.
const publicSecrets: ReadonlySet<string> = new Set([
  'secret',
  'secretkey',
  'secret-key',
  'secret_key',
  'my-secret',
  'mysecret',
  'my-secret-key',
  'supersecret',
  'super-secret',
  'super-secret-key',
  'jwt-secret',
  'jwt_secret',
  'jwtsecret',
  'your-secret',
  'your-secret-key',
  'your_jwt_secret',
  'your-jwt-secret',
  'your-256-bit-secret',
  'your-384-bit-secret',
  'your-512-bit-secret',
  'a-string-secret-at-least-256-bits-long',
  'a-valid-string-secret-that-is-at-least-384-bits-long',
  'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
  'super-secret-jwt-token-with-at-least-32-characters-long',
  'change-me',
  'change_me',
  'changeme',
  'changeit',
  'changethis',
  'default',
  'password',
  'keyboard cat',
  'test',
  'dev',
])
