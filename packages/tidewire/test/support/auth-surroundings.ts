import type { RequestContext } from '../../src/node/auth/auth-strategy.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'
import { recordingLogger } from './recording-logger.ts'

/** What a strategy is asked with, on a clock that stands still, and what it logs. */
export function authSurroundings(startMs?: number): AuthSurroundings {
  const clock = new VirtualClock(startMs)
  const { logger, lines } = recordingLogger()
  return { clock, lines, context: { remoteAddress: '192.0.2.1', clock, logger } }
}

export interface AuthSurroundings {
  readonly clock: VirtualClock
  readonly lines: readonly string[]
  readonly context: RequestContext
}
