import type { Identity } from './ports/auth.ts'

/**
 * Whose connections are to end. Plain JavaScript hands over what it has, also
 * `undefined` for a user nobody is: that must be a mistake, and not mean everybody
 * who has not signed in.
 */

/** Whose connections: exactly one of these. */
export type DisconnectTarget =
  | { readonly userId: string }
  | { readonly sessionId: string }
  | { readonly connectionId: string }

/** A connection, as far as it matters here. */
interface Meant {
  readonly connectionId: string
  readonly identity: Identity | null
}

const ways = {
  userId: (value: string) => (connection: Meant) => connection.identity?.userId === value,
  sessionId: (value: string) => (connection: Meant) => connection.identity?.sessionId === value,
  connectionId: (value: string) => (connection: Meant) => connection.connectionId === value,
} as const

/** @throws TypeError for a target that does not say whose. */
export function meantBy(target: DisconnectTarget): (connection: Meant) => boolean {
  const given: Partial<Record<keyof typeof ways, unknown>> = target
  const names = (['userId', 'sessionId', 'connectionId'] as const).filter((name) => name in given)
  const [name] = names
  const value = name && given[name]
  if (name === undefined || names.length > 1 || typeof value !== 'string' || value === '') {
    throw new TypeError('disconnect: name one of userId, sessionId and connectionId, as a text')
  }
  return ways[name](value)
}
