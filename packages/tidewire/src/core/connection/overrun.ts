import type { ClientFrame, RequestId } from '../../protocol/frames.ts'
import type { ParsedFrame } from '../../protocol/parse-client-frame.ts'
import { type ProtocolError, protocolError } from '../../protocol/protocol-error.ts'
import { Excess } from '../limits/excess.ts'
import type { FrameLimit } from '../limits/rate-limits.ts'
import type { Engine } from './engine.ts'
import type { OpenIds } from './open-ids.ts'

/**
 * What becomes of frames that are over a connection's rate (P-060): they are
 * answered and not handled, the link rests so that the network slows the client
 * down, and who goes on for too long is closed.
 *
 * Made with the first of them; most connections never have one.
 */
export class Overrun {
  readonly #connection: Overrunning
  readonly #openIds: OpenIds
  readonly #excess = new Excess()
  #isResting = false

  constructor(connection: Overrunning, openIds: OpenIds) {
    this.#connection = connection
    this.#openIds = openIds
  }

  /** Whether a frame is handled all the same: now and then a token is. */
  spares(parsed: ParsedFrame, now: number): boolean {
    return parsed.ok && parsed.frame.type === 'auth' && this.#excess.spareToken(now)
  }

  /** Answers a frame that came too early. */
  refuse(parsed: ParsedFrame, { limit, waitMs: retryAfterMs, now }: TooEarly): void {
    if (!this.#endure(limit, now)) return
    const id = this.#answerableId(parsed)
    // Every request has its answer; for all the rest, one a rest says enough.
    if (id !== undefined || !this.#isResting) {
      this.#connection.sendError({ ...protocolError('RATE_LIMITED', id), retryAfterMs })
    }
    this.rest()
  }

  /** Lets a ping or pong go unanswered. */
  ignoreControl(limit: FrameLimit, now: number): void {
    if (this.#endure(limit, now)) this.rest()
  }

  /**
   * Reads nothing for a moment. Also when the connection is closed and its peer
   * sends on: all that is still of interest is its goodbye.
   */
  rest(): void {
    if (this.#isResting) return
    this.#isResting = true
    this.#connection.pauseReading()
    this.#connection.engine.clock.after(restMs, () => {
      this.#isResting = false
      this.#connection.resumeReading()
    })
  }

  /** False when the connection is closed, by now at the latest. */
  #endure(limit: TooEarly['limit'], now: number): boolean {
    const { engine, isClosed } = this.#connection
    if (isClosed) return false
    engine.counters.limitsHit[limit] += 1
    if (!this.#excess.add(now)) return true
    this.#connection.close('rateLimited')
    return false
  }

  // A request that is open under this id will have its own answer.
  #answerableId(parsed: ParsedFrame): RequestId | undefined {
    const id = parsed.ok ? idOf(parsed.frame) : parsed.error.id
    return id !== undefined && this.#openIds.has(id) ? undefined : id
  }
}

/** By how much a frame came too early, at which moment, and for which limit. */
interface TooEarly {
  readonly limit: FrameLimit | 'bytesPerSecond'
  readonly waitMs: number
  readonly now: number
}

/** What it needs of its connection. */
export interface Overrunning {
  readonly engine: Engine
  readonly isClosed: boolean
  sendError(error: ProtocolError): void
  close(as: 'rateLimited'): void
  pauseReading(): void
  resumeReading(): void
}

const restMs = 100

function idOf(frame: ClientFrame): RequestId | undefined {
  return 'id' in frame ? frame.id : undefined
}
