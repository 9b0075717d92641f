import type { ParsedFrame } from '../../protocol/parse-client-frame.ts'
import type { ConnectionRate } from '../limits/rate-limits.ts'
import type { OpenIds } from './open-ids.ts'
import { Overrun, type Overrunning } from './overrun.ts'

/**
 * What comes in on one connection, as far as its rate goes (P-060): what is over
 * it is refused here and reaches nobody. Both parts are made when there is
 * something to count.
 */
export class Intake {
  readonly #connection: Entered
  readonly #openIds: OpenIds
  #rate: ConnectionRate | null = null
  #overrun: Overrun | null = null

  constructor(connection: Entered, openIds: OpenIds) {
    this.#connection = connection
    this.#openIds = openIds
  }

  /** Takes the frames of one message of so many bytes; hands on those that may be handled, in their order. */
  take(frames: readonly ParsedFrame[], bytes: number): void {
    const now = this.#connection.engine.clock.elapsedMs()
    const rate = this.#rateSince(now)
    const bytesWaitMs = rate.takeBytes(bytes, now)
    for (const parsed of frames) {
      const waitMs = bytesWaitMs > 0 ? bytesWaitMs : rate.takeFrame(now)
      if (waitMs === 0 || this.#overrunNow().spares(parsed, now)) this.#connection.receive(parsed)
      else {
        const limit = bytesWaitMs > 0 ? 'bytesPerSecond' : rate.scarcestFrames(now)
        this.#overrunNow().refuse(parsed, { limit, waitMs, now })
      }
    }
  }

  /** Whether a ping or pong is within the rate. */
  takeControl(): boolean {
    const now = this.#connection.engine.clock.elapsedMs()
    const rate = this.#rateSince(now)
    if (rate.takeFrame(now) === 0) return true
    this.#overrunNow().ignoreControl(rate.scarcestFrames(now), now)
    return false
  }

  /** Reads nothing for a moment. */
  rest(): void {
    this.#overrunNow().rest()
  }

  /** From now on it counts for this user, too; false when that user has as many connections as may be. */
  belongTo(userId: string): boolean {
    const now = this.#connection.engine.clock.elapsedMs()
    return this.#rateSince(now).belongTo(userId, now)
  }

  /** Lets go of what is shared; may be called twice. */
  leave(): void {
    this.#rate?.leave()
  }

  #rateSince(now: number): ConnectionRate {
    const { engine, remoteAddress } = this.#connection
    this.#rate ??= engine.rates.open(remoteAddress, now)
    return this.#rate
  }

  #overrunNow(): Overrun {
    this.#overrun ??= new Overrun(this.#connection, this.#openIds)
    return this.#overrun
  }
}

/** What an intake needs of its connection. */
export interface Entered extends Overrunning {
  readonly remoteAddress: string
  /** A frame that may be handled. */
  receive(parsed: ParsedFrame): void
}
