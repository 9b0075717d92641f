import type { ServerFrame } from '../protocol/frames.ts'
import { type AbsentClients, returnMs } from './absent-clients.ts'
import type { CancelTimer, Clock } from './ports/clock.ts'
import type { TransportName } from './ports/link.ts'

/**
 * Sends the clients of a node that stops somewhere else, each in a slot of its
 * own, so that the others take them in one by one (P-061). Who is still there at
 * the deadline is closed (1012); a client that knows nothing of drains is one of
 * them.
 *
 * A poll that was answered is no client that has gone: where nobody else takes it,
 * it is back at once, and is given another slot. A single request has none; its
 * answer is waited for.
 */
export class Drain {
  /** Resolves when everybody has gone, or was closed. */
  readonly ended: Promise<void>
  readonly #node: DrainedNode
  readonly #plan: DrainPlan
  readonly #clock: Clock
  readonly #beganAt: number
  readonly #cancelDeadline: CancelTimer
  #cancelTelling: CancelTimer = () => undefined
  #cancelWaiting: CancelTimer = () => undefined
  #returned = 0
  #isOver = false
  #resolve: (instead?: Promise<void>) => void = () => undefined

  constructor(node: DrainedNode, plan: DrainPlan, clock: Clock) {
    this.#node = node
    this.#plan = plan
    this.#clock = clock
    this.#beganAt = clock.elapsedMs()
    this.#cancelDeadline = clock.after(plan.closeAfterMs, () => this.#closeRest())
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#tellFrom(0, [...node.open.values()].filter(isToStay))
    this.#endIfDeserted()
  }

  /**
   * Somebody comes although the node takes nobody new: a single request, or a poll
   * that is back. That may be when all the others have gone: platforms keep sockets
   * for their next request, whichever node they lead to.
   */
  onOpen(connection: Drainable): void {
    if (!isToStay(connection)) return
    const closeAfterMs = Math.ceil(this.#leftMs(this.#plan.closeAfterMs))
    if (closeAfterMs === 0) return connection.close('restart')
    connection.send({ type: 'drain', reconnectAfterMs: this.#anotherSlot(), closeAfterMs })
  }

  /** Somebody has gone: is nothing open any more? */
  onEnd(): void {
    if (!this.#isOver) this.#endIfDeserted()
  }

  /** Calls off what is left of it; whoever waits for its end waits for this `instead`. */
  stop(instead?: Promise<void>): void {
    this.#isOver = true
    this.#cancelDeadline()
    this.#cancelTelling()
    this.#cancelWaiting()
    this.#resolve(instead)
  }

  // To tell thousands is work, too: the event loop has its turn between two groups.
  #tellFrom(first: number, all: readonly Drainable[]): void {
    const { overMs, closeAfterMs } = this.#plan
    const slotMs = overMs / all.length
    const next = first + groupSize
    for (const [index, connection] of all.slice(first, next).entries()) {
      const reconnectAfterMs = Math.round((first + index) * slotMs)
      connection.send({ type: 'drain', reconnectAfterMs, closeAfterMs })
    }
    if (next < all.length) {
      this.#cancelTelling = this.#clock.after(0, () => this.#tellFrom(next, all))
    }
  }

  // Among the slots that are still to come, and far from those that were given
  // before. Not at once, or it would be back at once; and before the deadline, as
  // somebody may take it by then.
  #anotherSlot(): number {
    this.#returned += 1
    const slotMs = ((this.#returned * goldenRatio) % 1) * this.#leftMs(this.#plan.overMs)
    const latestMs = Math.ceil(this.#leftMs(this.#plan.closeAfterMs) / 2)
    return Math.min(Math.max(Math.round(slotMs), returnMs), latestMs)
  }

  /** What is left of a time that has begun with the drain. */
  #leftMs(ofMs: number): number {
    return Math.max(0, this.#beganAt + ofMs - this.#clock.elapsedMs())
  }

  #endIfDeserted(): void {
    if (this.#node.open.size > 0) return
    const { leftMs } = this.#node.absent
    if (leftMs === 0) return this.stop()
    this.#cancelWaiting()
    this.#cancelWaiting = this.#clock.after(leftMs, () => this.#endIfDeserted())
  }

  #closeRest(): void {
    this.stop()
    for (const connection of [...this.#node.open.values()]) connection.close('restart')
  }
}

/** Who is on the node, at any moment. */
export interface DrainedNode {
  readonly open: ReadonlyMap<string, Drainable>
  readonly absent: Pick<AbsentClients, 'leftMs'>
}

/** What a drain needs of a connection. */
export interface Drainable {
  readonly transport: TransportName
  send(frame: ServerFrame): void
  close(as: 'restart'): void
}

/** How long a drain takes. */
export interface DrainPlan {
  /** The slots are spread evenly over this time; ms. */
  readonly overMs: number
  /** Who is left after it is closed; ms. */
  readonly closeAfterMs: number
}

const groupSize = 250

/** Of its multiples, every next one falls into the widest gap between those before. */
const goldenRatio = (Math.sqrt(5) - 1) / 2

function isToStay({ transport }: Drainable): boolean {
  return transport !== 'http'
}
