import { type CloseCodeName, closeCodes } from '../../protocol/close-codes.ts'
import type { WireData } from '../../protocol/codec.ts'
import { type ErrorCode, type ProtocolError, protocolError } from '../../protocol/error-codes.ts'
import type { AuthFrame, RequestId, ServerFrame } from '../../protocol/frames.ts'
import type { ParsedFrame } from '../../protocol/parse-client-frame.ts'
import { wireLength } from '../../protocol/wire-length.ts'
import type { Accepted, Grant, Identity } from '../ports/auth.ts'
import type { Handshake, Link, LinkHandler, LinkViolation, TransportName } from '../ports/link.ts'
import type { SharedFrame } from '../ports/shared-frame.ts'
import type { Corkable } from '../pump.ts'
import type { Caller } from './commands/command.ts'
import type { Engine } from './engine.ts'
import { type Entered, Intake } from './intake.ts'
import { OpenIds } from './open-ids.ts'
import { PublishOrder } from './publish-order.ts'
import { recheckSubscriptions } from './recheck-subscriptions.ts'
import { runRequest } from './run-request.ts'
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  identityIn,
  initialConnectionState,
  nextConnectionState,
} from './state.ts'
import { Subscriptions } from './subscriptions.ts'
import { Validity } from './validity.ts'

/**
 * One live transport link and who is on it: carries out what the state machine
 * decides, runs commands and answers them. Owns its subscriptions and timers;
 * all of them end with the link.
 */
export class Connection implements Caller, Corkable, Entered, LinkHandler {
  readonly connectionId: string
  readonly engine: Engine
  readonly publishOrder: PublishOrder = new PublishOrder(this)
  readonly subscriptions: Subscriptions
  readonly #link: Link
  readonly #handshake: Handshake
  // Made when there is something to wait for, which is not most of the time.
  #validity: Validity | null = null
  readonly #openIds = new OpenIds()
  readonly #intake: Intake = new Intake(this, this.#openIds)
  #held: ParsedFrame[] = []
  #pauses = 0
  #isCorked = false
  #frames = 0
  // Known to the end, for the log; the state forgets it.
  #userId: string | null = null
  #closedAs: CloseCodeName | null = null
  readonly #openedAt: number
  #state: ConnectionState

  constructor({ connectionId, link, handshake }: OpenedLink, engine: Engine) {
    this.connectionId = connectionId
    this.engine = engine
    this.#link = link
    this.#handshake = handshake
    this.#openedAt = engine.wheel.now()
    const need = handshake.grant === undefined ? engine.authenticator.need : 'optional'
    this.#state = initialConnectionState(need, handshake.accepted)
    this.subscriptions = new Subscriptions(engine)
  }

  get identity(): Identity | null {
    return identityIn(this.#state)
  }

  get linkId(): string {
    return this.#handshake.linkId ?? this.connectionId
  }

  get transport(): TransportName {
    return this.#handshake.transport
  }

  get grant(): Grant | null {
    return this.#handshake.grant ?? null
  }

  get remoteAddress(): string {
    return this.#handshake.remoteAddress
  }

  get isClosed(): boolean {
    return this.#state.kind === 'closed'
  }

  get isCongested(): boolean {
    return this.#link.isCongested
  }

  /** Says hello (P-003); nothing is sent before it. */
  start(): void {
    const { authenticator, limits, wheel } = this.engine
    const { accepted } = this.#handshake
    this.send({
      type: 'connected',
      connectionId: this.connectionId,
      time: wheel.now(),
      auth: accepted === undefined ? authenticator.need : 'done',
      userId: accepted?.identity.userId ?? null,
      heartbeatMs: limits.heartbeatMs,
      limits: { maxPayloadBytes: limits.maxPayloadBytes, maxChannels: limits.maxChannels },
    })
    if (accepted !== undefined) this.#admit(accepted)
    else if (this.#state.kind === 'awaiting-token') this.#awaitToken(limits.authTimeoutMs)
  }

  onData(data: WireData, bytes: number): void {
    if (this.isClosed) return this.#intake.rest()
    const decoded = this.#handshake.codec.decode(data)
    if (decoded.kind === 'violation') return this.close(decoded.close)
    const { counters } = this.engine
    counters.framesReceived += decoded.frames.length
    counters.bytesReceived += bytes
    this.#frames += decoded.frames.length
    this.#intake.take(decoded.frames, bytes)
  }

  receive(parsed: ParsedFrame): void {
    this.#dispatch({ kind: 'frame', parsed })
  }

  onControl(): boolean {
    if (!this.isClosed) return this.#intake.takeControl()
    this.#intake.rest()
    return false
  }

  onViolation(as: LinkViolation): void {
    this.engine.counters.closed[as] += 1
  }

  onDrain(): void {
    this.subscriptions.catchUp()
  }

  onClose(code: number): void {
    this.#logEnd(code)
    this.#dispatch({ kind: 'ended' })
    this.#end()
  }

  send(frame: ServerFrame): void {
    if (!this.#canWrite()) return
    const data = this.#handshake.codec.encode(frame)
    const { framesSent, bytesSent } = this.engine.counters
    framesSent.own += 1
    bytesSent.own += wireLength(data)
    this.#link.send(data)
  }

  sendShared(frame: SharedFrame): void {
    if (this.subscriptions.size > 1 && !this.#isCorked) this.engine.cork(this)
    if (this.#canWrite()) this.#link.sendShared(frame)
    // The network was not offered yet what is corked: only what it does not take
    // makes a slow reader.
    if (this.#isCorked && this.#link.isCongested) this.uncork()
  }

  cork(): void {
    this.#isCorked = true
    this.#link.cork()
  }

  uncork(): void {
    this.#isCorked = false
    this.#link.uncork()
  }

  pauseReading(): void {
    this.#pauses += 1
    if (this.#pauses === 1) this.#link.pause()
  }

  resumeReading(): void {
    this.#pauses -= 1
    if (this.#pauses === 0) this.#link.resume()
  }

  refuse(id: RequestId | undefined, code: ErrorCode, message?: string): void {
    this.sendError(protocolError(code, id, message))
  }

  sendError(error: ProtocolError): void {
    this.engine.counters.errors[error.code] += 1
    this.send({ type: 'error', ...error })
  }

  /** Ends the connection because its user shall go: 4006. */
  revoke(): void {
    this.#dispatch({ kind: 'revoked' })
  }

  /** Ends the connection with a code from the table. */
  close(as: CloseCodeName): void {
    const { code, reason } = closeCodes[as]
    this.engine.counters.closed[as] += 1
    this.#closedAs = as
    this.#state = { kind: 'closed' }
    this.#link.close(code, reason)
    this.#end()
  }

  #dispatch(event: ConnectionEvent): void {
    const { state, effects } = nextConnectionState(this.#state, event)
    this.#state = state
    for (const effect of effects) this.#carryOut(effect)
  }

  #carryOut(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case 'handle':
        return this.#handle(effect.parsed)
      case 'hold':
        return this.#hold(effect.parsed)
      case 'verify':
        return this.#verify(effect.token)
      case 'welcome':
        return this.#welcome(effect.accepted, effect.token)
      case 'refuse-renewal':
        this.refuse(effect.token.id, 'INVALID_TOKEN')
        return this.#releaseHeld()
      case 'close':
        return this.close(effect.as)
    }
  }

  #handle(parsed: ParsedFrame): void {
    if (!parsed.ok) return this.sendError(parsed.error)
    // The state machine keeps tokens for itself: what it lets through is a command.
    if (parsed.frame.type !== 'auth') runRequest(this, this.#openIds, parsed.frame)
  }

  // Frames that follow a token may need it; they wait. One read of the network
  // may hold many, so beyond a few the link is asked to stop.
  #hold(parsed: ParsedFrame): void {
    this.#held.push(parsed)
    if (this.#held.length === maxHeldFrames) this.pauseReading()
  }

  #releaseHeld(): void {
    const held = this.#held
    this.#held = []
    for (const parsed of held) this.#dispatch({ kind: 'frame', parsed })
    // Not before: what the link has held back comes after what waited here.
    if (held.length >= maxHeldFrames) this.resumeReading()
  }

  #verify(token: AuthFrame): void {
    const { connectionId, remoteAddress } = this
    const { authenticator, wheel, limits } = this.engine
    const cancel = wheel.after(limits.authTimeoutMs, () => this.#dispatch({ kind: 'auth-timeout' }))
    authenticator
      .verify(token.token, { connectionId, remoteAddress })
      .finally(cancel)
      .then((outcome) => {
        this.engine.counters.credentials[outcome.kind] += 1
        this.#dispatch({ kind: 'verified', token, outcome })
      })
      .catch((cause: unknown) => this.#fail(cause))
  }

  #welcome(accepted: Accepted, { id }: AuthFrame): void {
    if (!this.#admit(accepted)) return
    const { userId, expiresAt } = accepted.identity
    this.send({
      type: 'auth_ack',
      ...(id !== undefined && { id }),
      userId,
      ...(expiresAt !== undefined && { expiresAt }),
    })
    recheckSubscriptions(this)
    this.#releaseHeld()
  }

  #awaitToken(timeoutMs: number): void {
    this.#validity = this.#newValidity()
    this.#validity.awaitToken(timeoutMs)
  }

  // Whoever it is may have as many connections as may be already; a renewal is
  // of a user who has this one.
  #admit(accepted: Accepted): boolean {
    const isAdmitted = this.#intake.belongTo(accepted.identity.userId)
    this.#userId = accepted.identity.userId
    if (isAdmitted) this.#keep(accepted)
    else {
      this.engine.counters.refusedConnections.user += 1
      this.close('tooManyConnections')
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
    return new Validity(this.engine.wheel, {
      onTimeout: () => this.#dispatch({ kind: 'auth-timeout' }),
      onExpiring: (inMs) => this.send({ type: 'auth_expiring', inMs }),
      onExpired: () => this.#dispatch({ kind: 'token-expired' }),
      onRevoked: () => this.revoke(),
    })
  }

  // Events wait in the log for a reader that is congested. What is left to bound
  // are answers: to a client that asks on and on and reads none of them.
  #canWrite(): boolean {
    if (this.#state.kind === 'closed') return false
    if (this.#link.bufferedBytes <= this.engine.limits.maxBufferedBytes) return true
    this.engine.counters.limitsHit.maxBufferedBytes += 1
    this.close('tooSlow')
    return false
  }

  // One line for each connection that lasted: whose it was, how long, and why it ended.
  #logEnd(code: number): void {
    const { connectionId, transport, engine } = this
    if (transport === 'http' || transport === 'long-poll') return
    engine.logger.info('a connection ended', {
      connectionId,
      transport,
      userId: this.#userId,
      endedBy: this.#closedAs ?? 'client',
      code: this.#closedAs === null ? code : closeCodes[this.#closedAs].code,
      frames: this.#frames,
      lastedMs: engine.wheel.now() - this.#openedAt,
    })
  }

  #fail(cause: unknown): void {
    const { connectionId } = this
    this.engine.logger.error('a connection failed', { connectionId, cause })
    this.close('internal')
  }

  #end(): void {
    this.#validity?.cancel()
    this.#intake.leave()
    this.subscriptions.endAll()
    this.#held = []
    this.engine.forget(this.connectionId)
  }
}

/** The link a connection is made for. */
export interface OpenedLink {
  readonly connectionId: string
  readonly link: Link
  readonly handshake: Handshake
}

const maxHeldFrames = 64
