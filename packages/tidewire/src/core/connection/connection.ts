import { type CloseCodeName, closeCodes } from '../../protocol/close-codes.ts'
import type { WireData } from '../../protocol/codec.ts'
import type { ErrorCode } from '../../protocol/error-codes.ts'
import type { RequestId, ServerFrame } from '../../protocol/frames.ts'
import type { ParsedFrame } from '../../protocol/parse-client-frame.ts'
import { type ProtocolError, protocolError } from '../../protocol/protocol-error.ts'
import type { Grant, Identity } from '../ports/auth.ts'
import type { Handshake, Link, LinkHandler, LinkViolation, TransportName } from '../ports/link.ts'
import type { SharedFrame } from '../ports/shared-frame.ts'
import type { Corkable } from '../pump.ts'
import type { Engine } from './engine.ts'
import { type Entered, Intake } from './intake.ts'
import { OpenIds } from './open-ids.ts'
import { PublishOrder } from './publish-order.ts'
import { runRequest } from './run-request.ts'
import { SignIn, type SignInConnection } from './sign-in.ts'
import { Subscriptions } from './subscriptions.ts'

/**
 * One live transport link and what is done over it: frames in, within their
 * rate, commands run and answered, frames out. Who is on it is its sign-in's.
 * Owns both and its subscriptions; all of them end with the link.
 */
export class Connection implements Corkable, Entered, LinkHandler, SignInConnection {
  readonly connectionId: string
  readonly engine: Engine
  readonly publishOrder: PublishOrder = new PublishOrder(this)
  readonly subscriptions: Subscriptions
  readonly #link: Link
  readonly #handshake: Handshake
  readonly #signIn: SignIn
  readonly #openIds = new OpenIds()
  readonly #intake: Intake = new Intake(this, this.#openIds)
  #pauses = 0
  #isCorked = false
  #framesReceived = 0
  #framesSent = 0
  #closedAs: CloseCodeName | null = null
  readonly #openedAt: number

  constructor({ connectionId, link, handshake }: OpenedLink, engine: Engine) {
    this.connectionId = connectionId
    this.engine = engine
    this.#link = link
    this.#handshake = handshake
    this.#openedAt = engine.wheel.now()
    this.#signIn = new SignIn(this, handshake)
    this.subscriptions = new Subscriptions(engine)
  }

  get identity(): Identity | null {
    return this.#signIn.identity
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
    return this.#signIn.isOver
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
    this.#signIn.begin(this.#handshake)
  }

  onData(data: WireData, bytes: number): void {
    if (this.isClosed) return this.#intake.rest()
    const decoded = this.#handshake.codec.decode(data)
    if (decoded.kind === 'violation') return this.close(decoded.close)
    const { counters } = this.engine
    counters.framesReceived += decoded.frames.length
    counters.bytesReceived += bytes
    this.#framesReceived += decoded.frames.length
    this.#intake.take(decoded.frames, bytes)
  }

  receive(parsed: ParsedFrame): void {
    this.#signIn.receive(parsed)
  }

  handle(parsed: ParsedFrame): void {
    if (!parsed.ok) return this.sendError(parsed.error)
    // Tokens are the sign-in's: what it lets through is a command.
    if (parsed.frame.type !== 'auth') runRequest(this, this.#openIds, parsed.frame)
  }

  belongTo(userId: string): boolean {
    return this.#intake.belongTo(userId)
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
    this.#end()
  }

  send(frame: ServerFrame): void {
    if (!this.#canWrite()) return
    const bytes = this.#link.send(this.#handshake.codec.encode(frame))
    if (bytes === 0) return
    const { framesSent, bytesSent } = this.engine.counters
    framesSent.own += 1
    bytesSent.own += bytes
    this.#framesSent += 1
  }

  sendShared(frame: SharedFrame): void {
    if (this.subscriptions.size > 1 && !this.#isCorked) this.engine.cork(this)
    if (this.#canWrite() && this.#link.sendShared(frame)) this.#framesSent += 1
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
    this.#signIn.onRevoked()
  }

  /** Ends the connection with a code from the table. */
  close(as: CloseCodeName): void {
    const { code, reason } = closeCodes[as]
    this.engine.counters.closed[as] += 1
    this.#closedAs = as
    this.#end()
    this.#link.close(code, reason)
  }

  // Events wait in the log for a reader that is congested. What is left to bound
  // are answers: to a client that asks on and on and reads none of them.
  #canWrite(): boolean {
    if (this.isClosed) return false
    if (this.#link.bufferedBytes <= this.engine.limits.maxBufferedBytes) return true
    this.engine.counters.limitsHit.maxBufferedBytes += 1
    this.close('tooSlow')
    return false
  }

  // One line for each connection that lasted: whose it was and from where, what
  // went over it, how long, and why it ended.
  #logEnd(code: number): void {
    const { connectionId, remoteAddress, transport, engine } = this
    if (transport === 'http' || transport === 'long-poll') return
    engine.logger.info('a connection ended', {
      connectionId,
      transport,
      remoteAddress,
      userId: this.#signIn.userId,
      endedBy: this.#closedAs ?? 'client',
      code: this.#closedAs === null ? code : closeCodes[this.#closedAs].code,
      framesReceived: this.#framesReceived,
      framesSent: this.#framesSent,
      lastedMs: engine.wheel.now() - this.#openedAt,
    })
  }

  #end(): void {
    this.#signIn.end()
    this.#intake.leave()
    this.subscriptions.endAll()
    this.engine.forget(this.connectionId)
  }
}

/** The link a connection is made for. */
export interface OpenedLink {
  readonly connectionId: string
  readonly link: Link
  readonly handshake: Handshake
}
