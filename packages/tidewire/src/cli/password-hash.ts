import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { VerifyPassword } from '../node/index.ts'

/**
 * Passwords of a config: `scrypt:<salt>:<hash>`, both in base64url.
 *
 * A hash costs some 50 ms and 16 MiB, also for a name that nobody has. A password
 * that was right is remembered as a digest under a key of this process, one for
 * each user, so that clients that come back all at once cost next to nothing.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt)
  return `scrypt:${salt.toString('base64url')}:${hash.toString('base64url')}`
}

/** Whether a text is such a hash. */
export function isPasswordHash(text: string): boolean {
  return hashShape.test(text)
}

/** Verifies against the hashes of a config, by user name. */
export function passwordVerifier(users: Readonly<Record<string, string>>): VerifyPassword {
  const hashes = new Map(Object.entries(users).map(([name, text]) => [name, hashIn(text)]))
  const key = randomBytes(32)
  const known = new Map<string, Buffer>()
  const nobody = { salt: randomBytes(16), hash: randomBytes(hashBytes) }
  return async (userName, password) => {
    const digest = createHmac('sha256', key).update(password).digest()
    const remembered = known.get(userName)
    if (remembered !== undefined && timingSafeEqual(remembered, digest)) return { userId: userName }
    const stored = hashes.get(userName)
    const { salt, hash } = stored ?? nobody
    const isRight = timingSafeEqual(await derive(password, salt), hash)
    if (!isRight || stored === undefined) return null
    known.set(userName, digest)
    return { userId: userName }
  }
}

const hashBytes = 32
const hashShape = /^scrypt:[\w-]{22}:[\w-]{43}$/

function hashIn(text: string): { readonly salt: Buffer; readonly hash: Buffer } {
  const [, salt = '', hash = ''] = text.split(':')
  return { salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') }
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same password may be typed as different code points.
    scrypt(password.normalize('NFC'), salt, hashBytes, (error, hash) =>
      error === null ? resolve(hash) : reject(error),
    )
  })
}
