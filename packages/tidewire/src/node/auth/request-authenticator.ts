import type { IncomingMessage } from 'node:http'
import {
  type Authenticator,
  type AuthVerdict,
  checkedOutcome,
  tellRefusal,
} from '../../core/connection/authenticator.ts'
import { withoutSecrets } from '../../core/connection/without-secrets.ts'
import { inTime } from '../../core/in-time.ts'
import type { AuthContext } from '../../core/ports/auth.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { Logger } from '../../core/ports/logger.ts'
import type { AuthStrategy, RequestStrategy } from './auth-strategy.ts'
import { secretsIn } from './request-secrets.ts'
import { type TokenCarrier, tokenIn } from './token-carriers.ts'

/**
 * Who sends an HTTP request: asks the strategies that look at requests, in
 * their order, then all that look at tokens about a token it carries.
 *
 * The first that does not stay silent decides. One that fails, or does not
 * answer in time, lets nobody in; the others are not asked then.
 */
export class RequestAuthenticator {
  /** For `WWW-Authenticate`, one each. */
  readonly challenges: readonly string[]
  readonly #options: RequestAuthenticatorOptions
  readonly #strategies: readonly RequestStrategy[]

  constructor(options: RequestAuthenticatorOptions) {
    this.#options = options
    this.#strategies = options.strategies.filter(looksAtRequests)
    this.challenges = options.strategies.flatMap(({ challenge }) => challenge ?? [])
  }

  /** Never throws and never rejects. In this very turn when there is nothing to look at. */
  verify(request: IncomingMessage, context: AuthContext): AuthVerdict | Promise<AuthVerdict> {
    const token = tokenIn(request, this.#options.tokenFrom)
    if (this.#strategies.length === 0 && token === null) return absent
    return this.#verify(request, token, context)
  }

  async #verify(
    request: IncomingMessage,
    token: string | null,
    context: AuthContext,
  ): Promise<AuthVerdict> {
    for (const strategy of this.#strategies) {
      const outcome = await this.#ask(strategy, request, context)
      if (outcome.kind !== 'absent') return outcome
    }
    if (token === null) return absent
    const { clock, logger, timeoutMs, tokens } = this.#options
    const verdict = tokens.verify(token, context)
    if (!(verdict instanceof Promise)) return verdict
    // Only a strategy that never answers rejects here.
    return inTime(verdict, clock, timeoutMs).catch((cause: unknown) => {
      logger.error('a token was not looked at in time; the client was refused', { cause })
      return failed
    })
  }

  async #ask(
    strategy: RequestStrategy,
    request: IncomingMessage,
    context: AuthContext,
  ): Promise<AuthVerdict> {
    const { clock, logger, timeoutMs } = this.#options
    try {
      const asked = Promise.resolve(strategy.verifyRequest(request, { ...context, clock, logger }))
      const outcome = checkedOutcome(await inTime(asked, clock, timeoutMs))
      tellRefusal(logger, outcome, { strategy: strategy.name, ...context })
      return outcome
    } catch (cause) {
      logger.error('an auth strategy failed; the client was refused', {
        strategy: strategy.name,
        cause: withoutSecrets(cause, secretsIn(request)),
      })
      return failed
    }
  }
}

/** What a request authenticator works with. */
export interface RequestAuthenticatorOptions {
  readonly strategies: readonly AuthStrategy[]
  /** Knows tokens, wherever they come from. */
  readonly tokens: Pick<Authenticator, 'verify'>
  readonly tokenFrom: ReadonlySet<TokenCarrier>
  /** Coarse timers. */
  readonly clock: Clock
  /** Time for one strategy; then it has failed. */
  readonly timeoutMs: number
  readonly logger: Logger
}

function looksAtRequests(strategy: AuthStrategy): strategy is RequestStrategy {
  return strategy.verifyRequest !== undefined
}

const absent: AuthVerdict = { kind: 'absent' }
const failed: AuthVerdict = { kind: 'failed' }
