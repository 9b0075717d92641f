/**
 * What somebody may see, whoever they are: the same order for sessions,
 * displays, HTTP and channels.
 */
import type { DisplayEntry, Role, UserEntry } from '../../shared/access.ts'

/** From what anybody sees to everything. */
export type Rank = 'public' | Role

const order: readonly Rank[] = ['public', 'operator', 'admin']

/** Whether a rank is enough for what needs another. */
export function reaches(rank: Rank, needed: Rank): boolean {
  return order.indexOf(rank) >= order.indexOf(needed)
}

/** The rank of a user; that of anybody until the password is the user's own choice. */
export function rankOfUser({ role, mustChangePassword }: UserEntry): Rank {
  return mustChangePassword ? 'public' : role
}

/** The rank of a display. */
export function rankOfDisplay({ view }: DisplayEntry): Rank {
  return view
}

/** The rank in the claims of a connection's identity; that of anybody for any other claims. */
export function rankOfClaims(claims: Readonly<Record<string, unknown>> | undefined): Rank {
  const rank = claims?.['rank']
  return order.find((known) => known === rank) ?? 'public'
}
