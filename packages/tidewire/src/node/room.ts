import type { Counters } from '../core/counters.ts'
import type { ConnectionQuota } from '../core/limits/connection-quota.ts'
import type { SharedBudgets } from '../core/limits/shared-budgets.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { Logger } from '../core/ports/logger.ts'
import type { UpgradeRefusal } from '../transports/refuse-upgrade.ts'

/**
 * Whether there is room for one more connection: on this node, for its address,
 * for its user; and what a handshake is told when there is none.
 */
export class Room {
  readonly #options: RoomOptions
  #warnedAt = Number.NEGATIVE_INFINITY

  constructor(options: RoomOptions) {
    this.#options = options
  }

  /**
   * Takes a place for a socket, or a request, which gives it back when it closes,
   * whatever became of it. Null: it has one; else why not.
   */
  take(holder: PlaceHolder, address: string): UpgradeRefusal | null {
    // It would never give its place back, and nobody is there to connect.
    if (holder.destroyed) return null
    const place = this.#options.quota.reserve(address)
    if (typeof place === 'string') return this.#refuse(place, address)
    holder.on('close', place.giveBack)
    return null
  }

  /** Whether a user may have one more connection: null; else why not. Takes nothing: the connection does. */
  refuseUser(userId: string): UpgradeRefusal | null {
    const { users, counters } = this.#options
    if (!users.isFull(userId)) return null
    counters.refusedConnections.user += 1
    return tooMany('user')
  }

  #refuse(full: 'node' | 'address', address: string): UpgradeRefusal {
    const { counters } = this.#options
    counters.refusedConnections[full] += 1
    this.#warn(full, address)
    return full === 'node' ? overloaded : tooMany('address')
  }

  // Whoever is refused asks again and again; the operator hears of it now and then.
  #warn(full: 'node' | 'address', address: string): void {
    const { clock, logger } = this.#options
    const now = clock.elapsedMs()
    if (now - this.#warnedAt < warnEveryMs) return
    this.#warnedAt = now
    if (full === 'node') logger.warn('connections are refused: limits.maxConnections are open')
    else {
      logger.warn(
        'connections of an address are refused: limits.maxConnectionsPerAddress are open; behind a proxy set trustProxy, or all clients have its address',
        { address },
      )
    }
  }
}

/** What has a place: the socket of a WebSocket, or a single request. */
export interface PlaceHolder {
  readonly destroyed: boolean
  /** Called once, when it is over. */
  on(event: 'close', callback: () => void): unknown
}

/** Whom a room asks and tells. */
export interface RoomOptions {
  readonly quota: ConnectionQuota
  /** The users of the connections that are open. */
  readonly users: SharedBudgets
  readonly counters: Counters
  readonly clock: Clock
  readonly logger: Logger
}

const warnEveryMs = 60_000

// As long as a client waits that is closed for the same reason (4012).
const headers = { 'Retry-After': '5' }

const overloaded: UpgradeRefusal = {
  status: 503,
  code: 'OVERLOADED',
  message: 'the server has as many connections as it may',
  headers,
}

function tooMany(whose: 'user' | 'address'): UpgradeRefusal {
  const message = `this ${whose} has as many connections as it may`
  return { status: 429, code: 'TOO_MANY_CONNECTIONS', message, headers }
}
