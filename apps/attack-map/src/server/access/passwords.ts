/**
 * What a password has to be, and how it is kept: as a hash that is slow to make.
 */

/** Makes and checks password hashes. */
export interface Passwords {
  /** The hash to keep, with its parameters and salt in it (PHC string format). */
  hash(password: string): Promise<string>
  /** Whether a password is the one that was hashed; in the same time, whatever the answer. */
  verify(password: string, hash: string): Promise<boolean>
}

/** More passwords wait to be checked than this server takes on; try again later. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy'
}

/** Fewer characters are refused. */
const fewestCharacters = 12

/** A longer one is refused before it is hashed: its length is a stranger's choice. */
export const longestPassword = 256

/** A shorter name turns up in passwords that have nothing to do with it. */
const shortestTellingName = 4

/** What is wrong with a new password, in words for its owner; null when nothing is. */
export function passwordFault(password: string, userName: string): string | null {
  if ([...password].length < fewestCharacters) {
    return `a password has ${fewestCharacters} characters or more`
  }
  if (password.length > longestPassword) {
    return `a password has ${longestPassword} characters at most`
  }
  if (new Set(password).size < 5) return 'a password has 5 different characters or more'
  if (userName.length >= shortestTellingName && password.toLowerCase().includes(userName)) {
    return 'a password does not hold the name of its user'
  }
  return null
}
