import type { AuthNeed } from '../protocol/frames.ts'
import type { ClientState } from './client-state.ts'
import { planReconnect, type ReconnectPolicy } from './reconnect-policy.ts'

/**
 * The connection's life as a pure function: what happened in, the next state
 * out. No socket, timer, clock or chance of its own.
 *
 * Its effects need no list: each belongs to a state, and is carried out by
 * entering it (`session.ts`). To stay in a state is to do nothing.
 */
export interface Lifecycle {
  readonly state: ClientState
  /** Which attempt this is, from 1 since the connection was last healthy. */
  readonly attempt: number
  /** The server has refused a token since then; the next refusal is final. */
  readonly tokenRefused: boolean
  /** When `state` became online, ms since the epoch. */
  readonly onlineAt: number
}

/** What can happen to a connection. */
export type LifecycleEvent =
  /** The wait is over. */
  | { readonly type: 'dial' }
  /** The server said hello (P-003). */
  | {
      readonly type: 'connected'
      readonly connectionId: string
      readonly userId: string | null
      readonly auth: AuthNeed
    }
  /** The server took the token (P-010). */
  | { readonly type: 'auth_ack'; readonly userId: string }
  /** The link closed, or was given up; with 1000 for good. */
  | { readonly type: 'lost'; readonly code: number; readonly reason: string }

/** The moment something happens in, and the rules of this client. */
export interface Moment {
  /** Ms since the epoch. */
  readonly now: number
  /** 0 up to, but not, 1. */
  readonly random: number
  readonly policy: ReconnectPolicy
}

/**
 * A connection that was online this long, in ms, has shown that it works: the
 * attempts count from 1 again. One that breaks sooner backs off further, else a
 * server that accepts and then fails would be dialled twice a second for ever.
 */
const healthyAfterMs = 10_000

/** Where every client begins. */
export const initialLifecycle: Lifecycle = {
  state: { kind: 'connecting', attempt: 1 },
  attempt: 1,
  tokenRefused: false,
  onlineAt: 0,
}

/** The transition. An event that makes no sense in a state changes nothing: the same object comes back. */
export function next(lifecycle: Lifecycle, event: LifecycleEvent, moment: Moment): Lifecycle {
  const { state, attempt } = lifecycle
  if (event.type === 'lost' && state.kind !== 'closed') return lose(lifecycle, event, moment)
  if (event.type === 'dial' && state.kind === 'waiting') {
    return { ...lifecycle, state: { kind: 'connecting', attempt } }
  }
  if (event.type === 'connected' && state.kind === 'connecting') {
    return greet(lifecycle, event, moment)
  }
  if (event.type === 'auth_ack' && state.kind === 'authenticating') {
    return goOnline(lifecycle, { ...state, userId: event.userId }, moment)
  }
  return lifecycle
}

type EventOf<TType> = Extract<LifecycleEvent, { readonly type: TType }>

function greet(lifecycle: Lifecycle, event: EventOf<'connected'>, moment: Moment): Lifecycle {
  const { auth, connectionId } = event
  const hasToken = moment.policy.token !== undefined
  // Waiting for the server to find out would change nothing but the time.
  if (auth === 'required' && !hasToken) return close(lifecycle, 4001, 'a token is required')
  if (auth === 'done' || !hasToken) return goOnline(lifecycle, event, moment)
  const { attempt } = lifecycle
  return { ...lifecycle, state: { kind: 'authenticating', attempt, connectionId } }
}

interface Arrival {
  readonly connectionId: string
  readonly userId: string | null
}

function goOnline(
  lifecycle: Lifecycle,
  { connectionId, userId }: Arrival,
  { now }: Moment,
): Lifecycle {
  return { ...lifecycle, state: { kind: 'online', connectionId, userId }, onlineAt: now }
}

function lose(
  lifecycle: Lifecycle,
  { code, reason }: EventOf<'lost'>,
  { now, random, policy }: Moment,
): Lifecycle {
  const wasHealthy = lifecycle.state.kind === 'online' && now - lifecycle.onlineAt >= healthyAfterMs
  const attempt = wasHealthy ? 1 : lifecycle.attempt + 1
  const tokenRefused = lifecycle.tokenRefused && !wasHealthy
  const delayMs = planReconnect({ code, reason, attempt, tokenRefused, random }, policy)
  if (delayMs === null) return close(lifecycle, code, reason)
  return {
    ...lifecycle,
    state: { kind: 'waiting', attempt, retryAt: now + delayMs, closeCode: code },
    attempt,
    tokenRefused: tokenRefused || code === 4003,
  }
}

function close(lifecycle: Lifecycle, code: number, reason: string): Lifecycle {
  return { ...lifecycle, state: { kind: 'closed', code, reason } }
}
