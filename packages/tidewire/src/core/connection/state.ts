import type { CloseCodeName } from '../../protocol/close-codes.ts'
import type { AuthFrame, ClientFrame } from '../../protocol/frames.ts'
import type { ParsedFrame } from '../../protocol/parse-client-frame.ts'
import type { Accepted, Identity } from '../ports/auth.ts'
import type { AuthVerdict } from './authenticator.ts'

/**
 * The life of a connection as a pure transition: who is on it, and what
 * happens to a frame that arrives now. Timers, sockets and strategies are
 * effects that somebody else carries out.
 *
 * A connection without a needed token is `anonymous`; one that waits for its
 * first token is `awaiting-token` and may do nothing else (P-011).
 */
export type ConnectionState =
  | { readonly kind: 'awaiting-token' }
  | { readonly kind: 'verifying'; readonly current: Identity | null; readonly token: AuthFrame }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'authenticated'; readonly identity: Identity }
  | { readonly kind: 'closed' }

export type ConnectionEvent =
  | { readonly kind: 'frame'; readonly parsed: ParsedFrame }
  | { readonly kind: 'verified'; readonly token: AuthFrame; readonly outcome: AuthVerdict }
  | { readonly kind: 'auth-timeout' }
  | { readonly kind: 'token-expired' }
  /** The credential holds no longer, or somebody wants the user gone. */
  | { readonly kind: 'revoked' }
  | { readonly kind: 'ended' }

export type ConnectionEffect =
  /** Ask the strategies about a token; the answer is the event `verified`. */
  | { readonly kind: 'verify'; readonly token: AuthFrame }
  /** Carry out a frame, or answer what is wrong with it. */
  | { readonly kind: 'handle'; readonly parsed: ParsedFrame }
  /** Keep a frame until the token has been verified. */
  | { readonly kind: 'hold'; readonly parsed: ParsedFrame }
  /** Someone is on the connection now: acknowledge, check its subscriptions, let held frames go on. */
  | { readonly kind: 'welcome'; readonly accepted: Accepted; readonly token: AuthFrame }
  /** A renewal was refused; what was before goes on. */
  | { readonly kind: 'refuse-renewal'; readonly token: AuthFrame }
  | { readonly kind: 'close'; readonly as: CloseCodeName }

export interface Transition {
  readonly state: ConnectionState
  readonly effects: readonly ConnectionEffect[]
}

/** What follows from an event in a state. */
export function nextConnectionState(state: ConnectionState, event: ConnectionEvent): Transition {
  switch (state.kind) {
    case 'awaiting-token':
      return awaitingToken(state, event)
    case 'verifying':
      return verifying(state, event)
    case 'anonymous':
    case 'authenticated':
      return open(state, event)
    case 'closed':
      return stay(state)
  }
}

/** What a connection begins as: who it is may have been settled by the handshake. */
export function initialConnectionState(
  need: 'required' | 'optional',
  accepted: Accepted | undefined,
): ConnectionState {
  if (accepted !== undefined) return { kind: 'authenticated', identity: accepted.identity }
  return need === 'required' ? { kind: 'awaiting-token' } : { kind: 'anonymous' }
}

/** Who is on a connection in this state; null while nobody is known. */
export function identityIn(state: ConnectionState): Identity | null {
  if (state.kind === 'authenticated') return state.identity
  return state.kind === 'verifying' ? state.current : null
}

type Of<TKind extends ConnectionState['kind']> = Extract<ConnectionState, { kind: TKind }>

function awaitingToken(state: Of<'awaiting-token'>, event: ConnectionEvent): Transition {
  switch (event.kind) {
    case 'frame': {
      const token = authFrameOf(event.parsed)
      return token === null ? close('authRequired') : verify(token, null)
    }
    case 'auth-timeout':
      return close('authTimeout')
    case 'ended':
      return { state: { kind: 'closed' }, effects: [] }
    case 'revoked':
      return close('disconnected')
    case 'verified':
    case 'token-expired':
      return stay(state)
  }
}

function verifying(state: Of<'verifying'>, event: ConnectionEvent): Transition {
  switch (event.kind) {
    case 'frame':
      return stay(state, { kind: 'hold', parsed: event.parsed })
    case 'verified':
      // The answer to a token that was given up meanwhile is nobody's.
      return event.token === state.token ? verified(state, event.outcome) : stay(state)
    case 'auth-timeout':
      return state.current === null ? close('authTimeout') : refused(state)
    case 'token-expired':
      return close('tokenExpired')
    case 'revoked':
      return close('disconnected')
    case 'ended':
      return { state: { kind: 'closed' }, effects: [] }
  }
}

function open(state: Of<'anonymous' | 'authenticated'>, event: ConnectionEvent): Transition {
  switch (event.kind) {
    case 'frame': {
      const token = authFrameOf(event.parsed)
      if (token !== null) return verify(token, identityIn(state))
      return stay(state, { kind: 'handle', parsed: event.parsed })
    }
    case 'token-expired':
      return close('tokenExpired')
    case 'revoked':
      return close('disconnected')
    case 'ended':
      return { state: { kind: 'closed' }, effects: [] }
    case 'auth-timeout':
    case 'verified':
      return stay(state)
  }
}

function verified(state: Of<'verifying'>, outcome: AuthVerdict): Transition {
  if (outcome.kind !== 'accepted') return refused(state)
  const { identity } = outcome
  // A live connection does not change hands: what was sent to it, and what it
  // was allowed, was for the user it had.
  const isSameUser = state.current === null || state.current.userId === identity.userId
  return isSameUser ? welcome(outcome, state.token) : refused(state)
}

// A first token that is wrong ends the connection in both modes: who came with
// a credential is never silently made anonymous. A bad renewal only fails.
function refused({ current, token }: Of<'verifying'>): Transition {
  if (current === null) return close('forbidden')
  return {
    state: { kind: 'authenticated', identity: current },
    effects: [{ kind: 'refuse-renewal', token }],
  }
}

function verify(token: AuthFrame, current: Identity | null): Transition {
  return { state: { kind: 'verifying', current, token }, effects: [{ kind: 'verify', token }] }
}

function welcome(accepted: Accepted, token: AuthFrame): Transition {
  return {
    state: { kind: 'authenticated', identity: accepted.identity },
    effects: [{ kind: 'welcome', accepted, token }],
  }
}

function stay(state: ConnectionState, ...effects: readonly ConnectionEffect[]): Transition {
  return { state, effects }
}

function close(as: CloseCodeName): Transition {
  return { state: { kind: 'closed' }, effects: [{ kind: 'close', as }] }
}

function authFrameOf(parsed: ParsedFrame): AuthFrame | null {
  return parsed.ok && isAuthFrame(parsed.frame) ? parsed.frame : null
}

function isAuthFrame(frame: ClientFrame): frame is AuthFrame {
  return frame.type === 'auth'
}
