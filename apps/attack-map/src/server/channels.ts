/**
 * The channels of the attack map: what travels on them, and who may read it.
 *
 * `import type { AttackMapTide }` gives the page its types.
 */
import { type AuthOptions, createTidewire, type Identity } from 'tidewire'
import { z } from 'zod'
import type { OperatorAttack } from '../shared/operator-attack.ts'
import { type Rank, rankOfClaims, reaches } from './access/rank.ts'
import {
  adminNewsSchema,
  publicAttackSchema,
  sourceReportSchema,
  statsSchema,
} from './channel-schemas.ts'

const attackDelivery = {
  history: { size: 2000, ttlMs: 10 * 60_000 },
  windowMs: 100,
  maxEvents: 50,
} as const

// For the type. There is nothing to keep back from an operator, a test holds the
// events to their schema, and checking each costs as much as publishing it.
const uncheckedAttack = z.custom<OperatorAttack>()

/** Who is let in, and from where. */
export interface TideOptions {
  readonly auth: AuthOptions
  /** Proxies whose word about the address of a client is taken. */
  readonly trustProxy: readonly string[]
}

/** A Tidewire server with the channels of the map; attach it to an HTTP server. */
export function createTide({ auth, trustProxy }: TideOptions) {
  return createTidewire({
    auth,
    trustProxy,
    channels: {
      'attacks:public': {
        schema: publicAttackSchema,
        subscribe: 'anyone',
        publish: 'nobody',
        ...attackDelivery,
      },
      'attacks:operator': {
        schema: uncheckedAttack,
        subscribe: 'authenticated',
        canSubscribe: needs('operator'),
        publish: 'nobody',
        ...attackDelivery,
      },
      stats: {
        schema: statsSchema,
        subscribe: 'anyone',
        publish: 'nobody',
        delivery: 'latest',
      },
      sources: {
        schema: sourceReportSchema,
        subscribe: 'authenticated',
        canSubscribe: needs('operator'),
        publish: 'nobody',
        delivery: 'latest',
      },
      admin: {
        schema: adminNewsSchema,
        subscribe: 'authenticated',
        canSubscribe: needs('admin'),
        publish: 'nobody',
      },
    },
  })
}

/** What `connect<AttackMapTide>()` needs to know. */
export type AttackMapTide = ReturnType<typeof createTide>

/** Lets in whoever may see that much. */
function needs(rank: Rank): (asker: Asker) => boolean {
  return ({ user }) => reaches(rankOfClaims(user?.claims), rank)
}

interface Asker {
  readonly user: Identity | null
}
