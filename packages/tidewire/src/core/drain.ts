import type { ServerFrame } from '../protocol/frames.ts'
import type { CancelTimer, Clock } from './ports/clock.ts'

/**
 * Sends the clients of a node that stops somewhere else, each in a slot of its
 * own, so that the others take them in one by one (P-061). Who is still there at
 * the deadline is closed (1012); a client that knows nothing of drains is one of
 * them.
 *
 * Telling thousands is work, too: they are told in groups, and the event loop
 * has its turn between two of them.
 *
 * @returns cancels what is still to be told, and the deadline.
 */
export function drainConnections(
  connections: readonly Drainable[],
  { overMs, closeAfterMs }: DrainPlan,
  clock: Clock,
): CancelTimer {
  const slotMs = overMs / Math.max(1, connections.length)
  const timers: CancelTimer[] = []
  const tell = (from: number): void => {
    const group = connections.slice(from, from + groupSize)
    for (const [index, connection] of group.entries()) {
      const reconnectAfterMs = Math.round((from + index) * slotMs)
      connection.send({ type: 'drain', reconnectAfterMs, closeAfterMs })
    }
    const next = from + groupSize
    if (next < connections.length) timers.push(clock.after(0, () => tell(next)))
  }
  const closeRest = (): void => {
    for (const connection of connections) if (!connection.isClosed) connection.close('restart')
  }
  timers.push(clock.after(closeAfterMs, closeRest))
  tell(0)
  return () => {
    for (const cancel of timers) cancel()
  }
}

/** What a drain needs of a connection. */
export interface Drainable {
  readonly isClosed: boolean
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
