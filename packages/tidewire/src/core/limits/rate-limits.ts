import { addressGroup } from './address-group.ts'
import { type SharedBudget, SharedBudgets } from './shared-budgets.ts'
import { type Rate, TokenBucket } from './token-bucket.ts'

/**
 * How fast clients of a node may send (PROTOCOL.md, P-060): each connection,
 * those of one user together, and those of one address together.
 */
export class RateLimits {
  /** Of one connection. */
  readonly frames: Rate
  /** Of one connection. */
  readonly bytes: Rate
  readonly users: SharedBudgets
  readonly addresses: SharedBudgets

  constructor(limits: RateOptions) {
    const { bytesPerSecond, maxPayloadBytes } = limits
    this.frames = { perSecond: limits.framesPerSecond, burst: limits.frameBurst }
    // A frame of the largest size must fit, or it could never be sent.
    this.bytes = {
      perSecond: bytesPerSecond,
      burst: Math.max(2 * bytesPerSecond, maxPayloadBytes),
    }
    this.users = new SharedBudgets(
      doubled(limits.userFramesPerSecond),
      limits.maxConnectionsPerUser,
    )
    // How many may come from one address is settled before there is a connection.
    const { addressFramesPerSecond } = limits
    this.addresses = new SharedBudgets(doubled(addressFramesPerSecond), Number.POSITIVE_INFINITY)
  }

  /** What one connection may send from now on; it must be left at its end. */
  open(remoteAddress: string, now: number): ConnectionRate {
    const group = addressGroup(remoteAddress)
    return new ConnectionRate(this, group === null ? null : this.addresses.enter(group, now), now)
  }
}

/**
 * What one connection may send: out of its own budgets, and out of those it
 * shares with others of its user and its address.
 *
 * Every connection that has sent something has one: it is small, and looking at
 * it allocates nothing. Times come in, in ms.
 */
export class ConnectionRate {
  readonly #limits: RateLimits
  readonly #frames: TokenBucket
  readonly #bytes: TokenBucket
  #address: SharedBudget | null
  #user: SharedBudget | null = null

  constructor(limits: RateLimits, address: SharedBudget | null, now: number) {
    this.#limits = limits
    this.#frames = new TokenBucket(limits.frames, now)
    this.#bytes = new TokenBucket(limits.bytes, now)
    this.#address = address
  }

  /** From now on it is of this user; false when that user has as many as may be. Told again, it does nothing. */
  belongTo(userId: string, now: number): boolean {
    this.#user ??= this.#limits.users.enter(userId, now)
    return this.#user !== null
  }

  /** Lets go of what is shared; may be called twice. */
  leave(): void {
    if (this.#address !== null) this.#limits.addresses.leave(this.#address)
    if (this.#user !== null) this.#limits.users.leave(this.#user)
    this.#address = null
    this.#user = null
  }

  /** Takes the bytes of a message, and answers 0; or takes nothing, and answers how many ms it came too early. */
  takeBytes(bytes: number, now: number): number {
    const waitMs = this.#bytes.waitMs(bytes, now)
    if (waitMs === 0) this.#bytes.take(bytes)
    return waitMs
  }

  /** The same for one frame. */
  takeFrame(now: number): number {
    const waitMs = Math.max(
      this.#frames.waitMs(1, now),
      this.#user?.frames.waitMs(1, now) ?? 0,
      this.#address?.frames.waitMs(1, now) ?? 0,
    )
    if (waitMs > 0) return waitMs
    this.#frames.take(1)
    this.#user?.frames.take(1)
    this.#address?.frames.take(1)
    return 0
  }

  /** Which budget has no frame left for the longest: what `takeFrame` has just answered comes from it. */
  scarcestFrames(now: number): FrameLimit {
    const user = this.#user?.frames.waitMs(1, now) ?? 0
    const address = this.#address?.frames.waitMs(1, now) ?? 0
    const own = this.#frames.waitMs(1, now)
    if (own >= user && own >= address) return 'framesPerSecond'
    return user >= address ? 'userFramesPerSecond' : 'addressFramesPerSecond'
  }
}

/** The rates of frames, by the name of the option. */
export type FrameLimit = 'framesPerSecond' | 'userFramesPerSecond' | 'addressFramesPerSecond'

/** The limits that are rates, and what bounds them; see `Limits`. */
export interface RateOptions {
  readonly framesPerSecond: number
  readonly frameBurst: number
  readonly bytesPerSecond: number
  readonly maxPayloadBytes: number
  readonly userFramesPerSecond: number
  readonly addressFramesPerSecond: number
  readonly maxConnectionsPerUser: number
}

function doubled(perSecond: number): Rate {
  return { perSecond, burst: 2 * perSecond }
}
