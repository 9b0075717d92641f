/**
 * Argon2id, in WebAssembly and so without anything to compile or to download.
 *
 * One hash occupies the thread it is made on; a server that has others to serve
 * uses `Argon2Thread`.
 */
import { randomBytes } from 'node:crypto'
import { argon2id, argon2Verify } from 'hash-wasm'
import type { Passwords } from './passwords.ts'

const hashLength = 32
const saltBytes = 16

/** Hashes at a cost, on the thread that calls. */
export function argon2At({ memoryKib, passes }: Argon2Cost): Passwords {
  return {
    hash: (password) =>
      argon2id({
        ...{ memorySize: memoryKib, iterations: passes, parallelism: 1, hashLength },
        password: normalised(password),
        salt: randomBytes(saltBytes),
        outputType: 'encoded',
      }),
    async verify(password, hash) {
      // The library takes an empty password for a mistake of its caller.
      return password !== '' && argon2Verify({ password: normalised(password), hash })
    },
  }
}

/** What one hash costs whoever makes it, or guesses. */
export interface Argon2Cost {
  /** In KiB; 8 or more. */
  readonly memoryKib: number
  /** How often the memory is gone over; 1 or more. */
  readonly passes: number
}

/** The first choice of the OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes. */
export const argon2: Passwords = argon2At({ memoryKib: 19 * 1024, passes: 2 })

/** Keyboards type the same letter in different ways. */
function normalised(password: string): string {
  return password.normalize('NFKC')
}
