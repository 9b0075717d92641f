/**
 * The account an sshd message is about: an attacker's choice of bytes, so it is
 * cut to a length and never taken for anything else.
 */

const longestUser = 64

// What stands between the beginning of a message and ` from <host>`.
const patterns: readonly RegExp[] = [
  /^(?:Failed|Accepted) \S+ for (?:(?:invalid|illegal) user )?(.*)$/,
  /^(?:Invalid|Illegal) user (.*)$/,
  /^User (.*)$/,
  /^maximum authentication attempts exceeded for (?:invalid user )?(.*)$/,
]

/** The user named in front of the other side; null when the message names none. */
export function userIn(textBeforeRemote: string): string | null {
  for (const pattern of patterns) {
    const [, user] = pattern.exec(textBeforeRemote) ?? []
    if (user !== undefined) return user === '' ? null : user.slice(0, longestUser)
  }
  return null
}
