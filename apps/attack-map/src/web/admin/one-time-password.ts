/** A first password for somebody else: random, good for one sign-in, easy to read out. */

// No letters that look like others.
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const groups = 4
const groupLength = 4

/** 79 bits. */
export function oneTimePassword(): string {
  return Array.from({ length: groups }, () =>
    Array.from({ length: groupLength }, randomLetter).join(''),
  ).join('-')
}

/** Each letter as likely as the next: numbers beyond a multiple of their count are drawn again. */
function randomLetter(): string {
  const most = 256 - (256 % alphabet.length)
  for (;;) {
    const [number = most] = crypto.getRandomValues(new Uint8Array(1))
    if (number < most) return alphabet.charAt(number % alphabet.length)
  }
}
