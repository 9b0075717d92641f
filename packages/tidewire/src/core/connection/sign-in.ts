import type { AuthFrame } from '../../protocol/frames.ts'
import type { ParsedFrame } from '../../protocol/parse-client-frame.ts'
import type { Accepted, Identity } from '../ports/auth.ts'
import type { Handshake } from '../ports/link.ts'
import type { AuthVerdict } from './authenticator.ts'
import type { Caller } from './commands/command.ts'
import { recheckSubscriptions } from './recheck-subscriptions.ts'
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  identityIn,
  initialConnectionState,
  nextConnectionState,
} from './state.ts'
import { Validity, type ValidityHandlers } from './validity.ts'

/**
 * Who is on a connection, from its first token to its end: carries out what the
 * state machine decides about tokens, holds back frames that may need one, and
 * knows how long it is good for. What a frame asks for is the connection's.
 */
export class SignIn implements ValidityHandlers {
  readonly #connection: SignInConnection
  #state: ConnectionState
  /** Known to the end, for the log; the state forgets it. */
  #userId: string | null = null
  // Both made when there is something to wait for, which is not most of the time.
  #validity: Validity | null = null
  #held: ParsedFrame[] | null = null

  constructor(connection: SignInConnection, { accepted, grant }: Handshake) {
    const need = grant === undefined ? connection.engine.authenticator.need : 'optional'
    this.#connection = connection
    this.#state = initialConnectionState(need, accepted)
  }

  /** Who is there now; null for nobody known. */
  get identity(): Identity | null {
    return identityIn(this.#state)
  }

  /** Who was there last, also when the connection has ended. */
  get userId(): string | null {
    return this.#userId
  }

  /** Whether the connection has ended. */
  get isOver(): boolean {
    return this.#state.kind === 'closed'
  }

  /** Begins with who has come with the handshake, or with the wait for a token. */
  begin({ accepted }: Handshake): void {
    if (accepted !== undefined) this.#admit(accepted)
    else if (this.#state.kind === 'awaiting-token') {
      this.#validity = this.#newValidity()
      this.#validity.awaitToken(this.#connection.engine.limits.authTimeoutMs)
    }
  }

  /** Takes a frame: a token is for it, anything else is handled as soon as it may be. */
  receive(parsed: ParsedFrame): void {
    this.#dispatch({ kind: 'frame', parsed })
  }

  /** Nothing is waited for any more; may be called twice. */
  end(): void {
    this.#dispatch({ kind: 'ended' })
    this.#validity?.cancel()
    this.#held = null
  }

  onTimeout(): void {
    this.#dispatch({ kind: 'auth-timeout' })
  }

  onExpiring(inMs: number): void {
    this.#connection.send({ type: 'auth_expiring', inMs })
  }

  onExpired(): void {
    this.#dispatch({ kind: 'token-expired' })
  }

  onRevoked(): void {
    this.#dispatch({ kind: 'revoked' })
  }

  onStopFailed(cause: unknown): void {
    const { connectionId, engine } = this.#connection
    engine.logger.error('a strategy did not stop watching', { connectionId, cause })
  }

  #dispatch(event: ConnectionEvent): void {
    const { state, effects } = nextConnectionState(this.#state, event)
    this.#state = state
    for (const effect of effects) this.#carryOut(effect)
  }

  #carryOut(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case 'handle':
        return this.#connection.handle(effect.parsed)
      case 'hold':
        return this.#hold(effect.parsed)
      case 'verify':
        return this.#verify(effect.token)
      case 'welcome':
        return this.#welcome(effect.accepted, effect.token)
      case 'refuse-renewal':
        this.#connection.refuse(effect.token.id, 'INVALID_TOKEN')
        return this.#releaseHeld()
      case 'close':
        return this.#connection.close(effect.as)
    }
  }

  // Frames that follow a token may need it; they wait. One read of the network
  // may hold many, so beyond a few the link is asked to stop.
  #hold(parsed: ParsedFrame): void {
    this.#held ??= []
    this.#held.push(parsed)
    if (this.#held.length === maxHeldFrames) this.#connection.pauseReading()
  }

  #releaseHeld(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const parsed of held) this.receive(parsed)
    // Not before: what the link has held back comes after what waited here.
    if (held.length >= maxHeldFrames) this.#connection.resumeReading()
  }

  #verify(token: AuthFrame): void {
    const { connectionId, remoteAddress, engine } = this.#connection
    const verdict = engine.authenticator.verify(token.token, { connectionId, remoteAddress })
    if (!(verdict instanceof Promise)) return this.#verified(token, verdict)
    const cancel = engine.wheel.after(engine.limits.authTimeoutMs, () => this.onTimeout())
    void verdict.finally(cancel).then((outcome) => this.#verified(token, outcome))
  }

  #verified(token: AuthFrame, outcome: AuthVerdict): void {
    this.#connection.engine.counters.credentials[outcome.kind] += 1
    try {
      this.#dispatch({ kind: 'verified', token, outcome })
    } catch (cause) {
      this.#fail(cause)
    }
  }

  #welcome(accepted: Accepted, { id }: AuthFrame): void {
    if (!this.#admit(accepted)) return
    const { userId, expiresAt } = accepted.identity
    this.#connection.send({
      type: 'auth_ack',
      ...(id !== undefined && { id }),
      userId,
      ...(expiresAt !== undefined && { expiresAt }),
    })
    recheckSubscriptions(this.#connection)
    this.#releaseHeld()
  }

  // Whoever it is may have as many connections as may be already; a renewal is
  // of a user who has this one.
  #admit(accepted: Accepted): boolean {
    const { userId } = accepted.identity
    const isAdmitted = this.#connection.belongTo(userId)
    this.#userId = userId
    if (isAdmitted) this.#keep(accepted)
    else {
      this.#connection.engine.counters.refusedConnections.user += 1
      this.#connection.close('tooManyConnections')
    }
    return isAdmitted
  }

  #keep(accepted: Accepted): void {
    this.#validity?.cancel()
    const needsNone = accepted.identity.expiresAt === undefined && accepted.watch === undefined
    this.#validity = needsNone ? null : this.#newValidity()
    try {
      this.#validity?.hold(accepted)
    } catch (cause) {
      this.#fail(cause)
    }
  }

  #newValidity(): Validity {
    return new Validity(this.#connection.engine.wheel, this)
  }

  #fail(cause: unknown): void {
    const { connectionId, engine } = this.#connection
    engine.logger.error('a connection failed', { connectionId, cause })
    this.#connection.close('internal')
  }
}

/** A connection, as far as who is on it is concerned. */
export interface SignInConnection extends Caller {
  /** Carries out a frame, or answers what is wrong with it. */
  handle(parsed: ParsedFrame): void
  /** Counts it for a user; false when that user has as many connections as may be. */
  belongTo(userId: string): boolean
}

const maxHeldFrames = 64
