import type { Limits } from '../../core/connection/limits.ts'
import type { Counters } from '../../core/counters.ts'

/**
 * How often each limit was hit, by the name of the option one would change.
 *
 * Most are told by an error, a close code or a refusal that nothing else brings
 * about; those are read from there, and the rest is counted where it happens.
 */
export function limitsHit(counters: Readonly<Counters>): Readonly<Record<Limit, number>> {
  const { closed, errors, refusedConnections } = counters
  return {
    ...counters.limitsHit,
    authTimeoutMs: closed.authTimeout,
    heartbeatMs: closed.heartbeatTimeout,
    maxChannels: errors.TOO_MANY_CHANNELS,
    maxConnections: refusedConnections.node,
    maxConnectionsPerAddress: refusedConnections.address,
    maxConnectionsPerUser: refusedConnections.user,
    maxPayloadBytes: closed.tooLarge,
  }
}

// A burst and its rate are one bucket, which is named after the rate.
type Limit = Exclude<keyof Limits, 'frameBurst'>
