import type { AuthNeed } from '../../protocol/frames.ts'
import { isPending } from '../pending.ts'
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

  /**
   * Never throws and never rejects; at once when the strategies answer at once.
   * `absent` from all of them is `refused`: the token is of no kind that is known.
   */
  verify(token: string, context: AuthContext): AuthVerdict | Promise<AuthVerdict> {
    return this.#askFrom(0, token, context)
  }

  #askFrom(index: number, token: string, context: AuthContext): AuthVerdict | Promise<AuthVerdict> {
    const strategy = this.#strategies[index]
    if (strategy === undefined) return this.#told(noStrategy, 'none', context)
    const orTheNext = (verdict: AuthVerdict) =>
      verdict.kind === 'absent' ? this.#askFrom(index + 1, token, context) : verdict
    const verdict = this.#ask(strategy, token, context)
    return verdict instanceof Promise ? verdict.then(orTheNext) : orTheNext(verdict)
  }

  #ask(
    strategy: TokenStrategy,
    token: string,
    context: AuthContext,
  ): AuthVerdict | Promise<AuthVerdict> {
    const fail = (cause: unknown): AuthVerdict => {
      this.#logger.error('an auth strategy failed; the client was refused', {
        strategy: strategy.name,
        connectionId: context.connectionId,
        cause: withoutSecrets(cause, [token]),
      })
      return { kind: 'failed' }
    }
    try {
      const outcome = strategy.verifyToken(token, context)
      const check = (settled: AuthOutcome) =>
        this.#told(checkedOutcome(settled), strategy.name, context)
      return isPending(outcome) ? Promise.resolve(outcome).then(check).catch(fail) : check(outcome)
    } catch (cause) {
      return fail(cause)
    }
  }

  #told(outcome: AuthOutcome, strategy: string, context: AuthContext): AuthOutcome {
    tellRefusal(this.#logger, outcome, { strategy, ...context })
    return outcome
  }
}

/**
 * Tells the operator whose credential was refused, and what is wrong with it. At
 * `debug`: strangers can cause as many of these lines as they are let try.
 */
export function tellRefusal(
  logger: Logger,
  outcome: AuthOutcome,
  who: AuthContext & { readonly strategy: string },
): void {
  if (outcome.kind !== 'refused') return
  const { why = 'its strategy does not say' } = outcome
  logger.debug('a credential was refused', { ...who, why })
}

const noStrategy: AuthOutcome = { kind: 'refused', why: 'no strategy knows tokens of this kind' }

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
