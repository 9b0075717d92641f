/**
 * Argon2id, in WebAssembly and so without anything to compile or to download.
 *
 * One hash occupies the thread it is made on; a server that has others to serve
 * uses `Argon2Thread`.
 */
import { randomBytes } from 'node:crypto'
import { argon2id, argon2Verify } from 'hash-wasm'
import type { Passwords } from './passwords.ts'

// The first choice of the OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes.
const cost = { memorySize: 19 * 1024, iterations: 2, parallelism: 1, hashLength: 32 }
const saltBytes = 16

/** Hashes on the thread that calls. */
export const argon2: Passwords = {
  hash: (password) =>
    argon2id({
      ...cost,
      password: normalised(password),
      salt: randomBytes(saltBytes),
      outputType: 'encoded',
    }),
  async verify(password, hash) {
    // The library takes an empty password for a mistake of its caller.
    return password !== '' && argon2Verify({ password: normalised(password), hash })
  },
}

/** Keyboards type the same letter in different ways. */
function normalised(password: string): string {
  return password.normalize('NFKC')
}
