import {
  type AuthStrategy,
  basicAuth,
  jwtAuth,
  type Logger,
  type TidewireOptions,
} from '../node/index.ts'
import { jwtOptionsOf } from './config/jwt-options.ts'
import type { ServeConfig, ServedAuth, ServedChannels } from './config/serve-config.ts'
import { passwordVerifier } from './password-hash.ts'

/**
 * A config as what an application passes to `createTidewire`. The files it names
 * are read.
 *
 * @throws Error for a file that cannot be read, TypeError for what makes no sense.
 */
export function tidewireOptions(
  config: ServeConfig,
  logger?: Logger,
): TidewireOptions<ServedChannels> {
  const { auth = {}, channels, limits, origins, trustProxy, api, apiKeys } = config
  const { compression, dutyCycle, admission } = config
  return {
    channels,
    auth: { mode: auth.mode, tokenFrom: auth.tokenFrom, strategies: strategiesOf(auth) },
    limits,
    origins,
    trustProxy,
    api,
    apiKeys,
    compression,
    dutyCycle,
    admission,
    logger,
  }
}

function strategiesOf({ jwt, basic }: ServedAuth): readonly AuthStrategy[] {
  const strategies: AuthStrategy[] = []
  if (basic !== undefined) {
    const { realm = 'tidewire', users } = basic
    strategies.push(basicAuth({ realm, verify: passwordVerifier(users) }))
  }
  if (jwt !== undefined) strategies.push(jwtAuth(jwtOptionsOf(jwt)))
  return strategies
}
