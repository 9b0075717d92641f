import type { ServeConfig, ServedAuth } from './serve-config.ts'

/** A config as JSON for people to read: secrets, and what could be turned back into them, are hidden. */
export function shownConfig({ auth = {}, ...config }: ServeConfig): string {
  return JSON.stringify({ ...config, auth: withoutHashes(auth) }, hideSecret, 2)
}

function withoutHashes({ basic, ...auth }: ServedAuth): ServedAuth {
  if (basic === undefined) return auth
  const users = Object.keys(basic.users).map((name) => [name, hidden] as const)
  return { ...auth, basic: { ...basic, users: Object.fromEntries(users) } }
}

// A URL may hold a password, too.
function hideSecret(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (name === 'secret' || name === 'secretHash') return hidden
  return value.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, `$1${hidden}@`)
}

const hidden = '(hidden)'
