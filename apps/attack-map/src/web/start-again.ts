/**
 * Loads the page anew when what it was opened with no longer holds: a session
 * that ended, a token that was revoked. It comes back as whoever looks now.
 */

const key = 'attack-map-started-again'
const notBeforeMs = 30_000

/** Loads anew, unless that was done just now; answers false then, and a person has to look. */
export function startAgain(now: number): boolean {
  if (now - Number(sessionStorage.getItem(key) ?? 0) < notBeforeMs) return false
  sessionStorage.setItem(key, String(now))
  location.reload()
  return true
}
