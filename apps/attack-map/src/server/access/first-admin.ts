/**
 * The way in on the first start: an administrator with a password that is
 * printed once, and is good for nothing but choosing another one.
 */
import { randomInt } from 'node:crypto'
import type { Users } from './users.ts'

/** The name of the first administrator. */
export const firstAdminName = 'admin'

// No letters that look like others: the password is typed off a screen.
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const groups = 5
const groupLength = 4

/** Adds the first administrator when there is no user at all; answers the one-time password, else null. */
export async function addFirstAdmin(users: Users): Promise<string | null> {
  if (users.list().length > 0) return null
  const password = oneTimePassword()
  await users.add({ name: firstAdminName, role: 'admin', password })
  return password
}

/** 99 bits, in groups that can be read out. */
function oneTimePassword(): string {
  const group = () => Array.from({ length: groupLength }, randomLetter).join('')
  return Array.from({ length: groups }, group).join('-')
}

function randomLetter(): string {
  return alphabet.charAt(randomInt(alphabet.length))
}
