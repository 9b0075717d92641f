import { isPending } from '../../core/pending.ts'
import type { AuthContext, AuthOutcome, Identity, TokenStrategy } from '../../core/ports/auth.ts'

/**
 * Says who a token belongs to: null, or a promise of it, for a token that is
 * refused. Throwing refuses too, and the cause is logged.
 */
export type VerifyToken = (
  token: string,
  context: AuthContext,
) => Identity | null | Promise<Identity | null>

/** The strategy for tokens in `auth` frames (P-010). It decides about every token it is asked about. */
export function tokenAuth(verify: VerifyToken): TokenStrategy {
  return {
    name: 'token',
    verifyToken(token, context) {
      const identity = verify(token, context)
      return isPending(identity) ? Promise.resolve(identity).then(outcomeOf) : outcomeOf(identity)
    },
  }
}

function outcomeOf(identity: Identity | null): AuthOutcome {
  return identity === null ? { kind: 'refused' } : { kind: 'accepted', identity }
}
