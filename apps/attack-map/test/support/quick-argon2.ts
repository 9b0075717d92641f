import { argon2At } from '../../src/server/access/argon2.ts'

/** Argon2id at its least cost, for tests of who gets in, not of how slow a guess is. */
export const quickArgon2 = argon2At({ memoryKib: 8, passes: 1 })
