import type { AuthNeed } from '../../protocol/frames.ts'
import type { AuthContext, AuthOutcome, TokenStrategy } from '../ports/auth.ts'
import type { Logger } from '../ports/logger.ts'
import { withoutSecrets } from './without-secrets.ts'

/**
 * Asks an application's strategies, in their order, who is on a connection.
 *
 * The first that does not stay silent decides. A strategy that fails refuses:
 * nobody gets in because a database is down.
 */
export class Authenticator {
  readonly need: Exclude<AuthNeed, 'done'>
  readonly #strategies: readonly TokenStrategy[]
  readonly #logger: Logger

  constructor({ need, strategies, logger }: AuthenticatorOptions) {
    this.need = need
    this.#strategies = strategies
    this.#logger = logger
  }

  /** Never rejects. `absent` from all of them is `refused`: the token is of no kind that is known. */
  async verify(token: string, context: AuthContext): Promise<AuthVerdict> {
    for (const strategy of this.#strategies) {
      const outcome = await this.#ask(strategy, token, context)
      if (outcome.kind !== 'absent') return outcome
    }
    return { kind: 'refused' }
  }

  async #ask(strategy: TokenStrategy, token: string, context: AuthContext): Promise<AuthVerdict> {
    try {
      return checkedOutcome(await strategy.verifyToken(token, context))
    } catch (cause) {
      this.#logger.error('an auth strategy failed; the client was refused', {
        strategy: strategy.name,
        connectionId: context.connectionId,
        cause: withoutSecrets(cause, [token]),
      })
      return { kind: 'failed' }
    }
  }
}

/** What came of a credential: the strategy that decided about it may have failed. */
export type AuthVerdict = AuthOutcome | { readonly kind: 'failed' }

/**
 * An outcome whose user has a name and whose times are times: a timer that never
 * fires, or at once, would be the application's mistake and nobody would notice.
 *
 * @throws TypeError for a `userId` or an `expiresAt` that is none.
 */
export function checkedOutcome(outcome: AuthOutcome): AuthOutcome {
  if (outcome.kind !== 'accepted') return outcome
  const { expiresAt, userId } = outcome.identity
  if (typeof userId !== 'string' || userId === '')
    throw new TypeError('userId is a text, not empty')
  if (expiresAt === undefined || Number.isFinite(expiresAt)) return outcome
  throw new TypeError('expiresAt is a time in ms since the epoch, or is left out')
}

export interface AuthenticatorOptions {
  /** Whether a connection may be nobody's. */
  readonly need: Exclude<AuthNeed, 'done'>
  readonly strategies: readonly TokenStrategy[]
  readonly logger: Logger
}
