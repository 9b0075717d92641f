import type { AuthNeed } from '../protocol/frames.ts'
import type { ClientState } from './client-state.ts'
import { planReconnect, type ReconnectPolicy } from './reconnect-policy.ts'

/**
 * The connection's life as a pure function: what happened in, the next state
 * and what to do about it out. No socket, timer, clock or chance of its own.
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
  | { readonly type: 'start' }
  /** The server said hello (P-003). */
  | {
      readonly type: 'connected'
      readonly connectionId: string
      readonly userId: string | null
      readonly auth: AuthNeed
      readonly now: number
    }
  | { readonly type: 'authenticated'; readonly userId: string; readonly now: number }
  /** The link closed, or was given up; `random` is drawn for the delay. */
  | {
      readonly type: 'lost'
      readonly code: number
      readonly reason: string
      readonly now: number
      readonly random: number
    }
  /** The wait is over. */
  | { readonly type: 'retry' }
  | { readonly type: 'dispose' }

/**
 * What the session has to do, in this order:
 * `dial` open a link · `authenticate` get a token and send it · `resume` frames
 * may flow · `hangUp` let the link go · `suspend` frames may not flow for now ·
 * `wait` come back with `retry` at `retryAt` · `end` frames will never flow again.
 */
export type Effect = 'dial' | 'authenticate' | 'resume' | 'hangUp' | 'suspend' | 'wait' | 'end'

/** One transition. */
export interface Step {
  readonly lifecycle: Lifecycle
  readonly effects: readonly Effect[]
}

/**
 * A connection that was online this long, in ms, has shown that it works: the
 * attempts count from 1 again. One that breaks sooner backs off further, else a
 * server that accepts and then fails would be dialled twice a second for ever.
 */
const healthyAfterMs = 10_000

/** A client that has not done anything yet. */
export const initialLifecycle: Lifecycle = {
  state: { kind: 'idle' },
  attempt: 1,
  tokenRefused: false,
  onlineAt: 0,
}

/** The transition. An event that makes no sense in a state changes nothing. */
export function next(lifecycle: Lifecycle, event: LifecycleEvent, policy: ReconnectPolicy): Step {
  const { kind } = lifecycle.state
  switch (event.type) {
    case 'start':
      return kind === 'idle' ? dial(lifecycle) : unchanged(lifecycle)
    case 'retry':
      return kind === 'waiting' ? dial(lifecycle) : unchanged(lifecycle)
    case 'connected':
      return kind === 'connecting' ? greet(lifecycle, event, policy) : unchanged(lifecycle)
    case 'authenticated':
      return lifecycle.state.kind === 'authenticating'
        ? goOnline(lifecycle, { ...event, connectionId: lifecycle.state.connectionId })
        : unchanged(lifecycle)
    case 'lost':
      return kind === 'idle' || kind === 'waiting' || kind === 'closed'
        ? unchanged(lifecycle)
        : lose(lifecycle, event, policy)
    case 'dispose':
      return kind === 'closed' ? unchanged(lifecycle) : close(lifecycle, 1000, 'disposed')
  }
}

function unchanged(lifecycle: Lifecycle): Step {
  return { lifecycle, effects: [] }
}

function dial(lifecycle: Lifecycle): Step {
  const { attempt } = lifecycle
  return { lifecycle: { ...lifecycle, state: { kind: 'connecting', attempt } }, effects: ['dial'] }
}

type Connected = Extract<LifecycleEvent, { type: 'connected' }>

function greet(lifecycle: Lifecycle, event: Connected, { token }: ReconnectPolicy): Step {
  if (event.auth === 'done') return goOnline(lifecycle, event)
  if (token === 'none') {
    // Waiting for the server to find out would change nothing but the time.
    return event.auth === 'required'
      ? close(lifecycle, 4001, 'the server asks for a token and none was given')
      : goOnline(lifecycle, event)
  }
  const { attempt } = lifecycle
  const { connectionId } = event
  const state: ClientState = { kind: 'authenticating', attempt, connectionId }
  return { lifecycle: { ...lifecycle, state }, effects: ['authenticate'] }
}

interface Arrival {
  readonly connectionId: string
  readonly userId: string | null
  readonly now: number
}

function goOnline(lifecycle: Lifecycle, { connectionId, userId, now }: Arrival): Step {
  const state: ClientState = { kind: 'online', connectionId, userId }
  return { lifecycle: { ...lifecycle, state, onlineAt: now }, effects: ['resume'] }
}

type Lost = Extract<LifecycleEvent, { type: 'lost' }>

function lose(lifecycle: Lifecycle, lost: Lost, policy: ReconnectPolicy): Step {
  const { code, reason, now } = lost
  const wasHealthy =
    lifecycle.state.kind === 'online' && now - lifecycle.onlineAt >= healthyAfterMs
  const attempt = wasHealthy ? 1 : lifecycle.attempt + 1
  const tokenRefused = lifecycle.tokenRefused && !wasHealthy
  const delayMs = planReconnect(lost, { attempt, tokenRefused }, policy)
  if (delayMs === null) return close(lifecycle, code, reason)
  return {
    lifecycle: {
      ...lifecycle,
      state: { kind: 'waiting', attempt, retryAt: now + delayMs, closeCode: code },
      attempt,
      tokenRefused: tokenRefused || code === 4003,
    },
    effects: ['hangUp', 'suspend', 'wait'],
  }
}

function close(lifecycle: Lifecycle, code: number, reason: string): Step {
  return {
    lifecycle: { ...lifecycle, state: { kind: 'closed', code, reason } },
    effects: ['hangUp', 'end'],
  }
}
