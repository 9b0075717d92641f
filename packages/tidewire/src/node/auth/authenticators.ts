import { Authenticator } from '../../core/connection/authenticator.ts'
import type { TokenStrategy } from '../../core/ports/auth.ts'
import type { AuthOptions } from '../options.ts'
import type { AuthStrategy } from './auth-strategy.ts'
import { RequestAuthenticator, type RequestAuthenticatorOptions } from './request-authenticator.ts'
import { tokenAuth } from './token-auth.ts'
import { defaultTokenCarriers } from './token-carriers.ts'

/** What an application says of authentication, as the two that carry it out. */
export interface Authenticators {
  /** Looks at tokens on a live connection. */
  readonly tokens: Authenticator
  readonly requests: {
    /** Looks at requests, before they are answered. */
    readonly authenticator: RequestAuthenticator
    /** Whether a credential is required and cannot come later. */
    readonly areTheOnlyWay: boolean
    /** Whether browsers bring a credential by themselves, for any page (`AuthStrategy.isAmbient`). */
    readonly areAmbient: boolean
  }
}

/** @throws TypeError for options that would let nobody in, ever. */
export function authenticatorsFrom(
  { mode = 'optional', strategies = [], verify, tokenFrom = defaultTokenCarriers }: AuthOptions,
  surroundings: Pick<RequestAuthenticatorOptions, 'clock' | 'timeoutMs' | 'logger'>,
): Authenticators {
  const all: readonly AuthStrategy[] =
    verify === undefined ? strategies : [...strategies, tokenAuth(verify)]
  const tokenStrategies = all.filter(looksAtTokens)
  const { logger } = surroundings
  const tokens = new Authenticator({ need: mode, strategies: tokenStrategies, logger })
  // Where nobody reads tokens, what looks like one is nothing.
  const carriers = new Set(tokenStrategies.length > 0 ? tokenFrom : [])
  const authenticator = new RequestAuthenticator({
    ...surroundings,
    strategies: all,
    tokens,
    tokenFrom: carriers,
  })
  const areTheOnlyWay = mode === 'required' && all.length > 0 && !carriers.has('message')
  const areAmbient = all.some(({ isAmbient }) => isAmbient === true)
  return { tokens, requests: { authenticator, areTheOnlyWay, areAmbient } }
}

function looksAtTokens(strategy: AuthStrategy): strategy is AuthStrategy & TokenStrategy {
  return strategy.verifyToken !== undefined
}
