/**
 * The token of a screen nobody signs in to, from the fragment of the address
 * (`#display=…`): browsers send that part to no server and into no log.
 */
export function displayTokenOf(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('display')
  return token === '' ? null : token
}
