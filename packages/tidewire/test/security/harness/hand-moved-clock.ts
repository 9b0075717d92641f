import type { CancelTimer, Clock } from '../../../src/core/ports/clock.ts'
import { systemClock } from '../../../src/node/system.ts'

/**
 * A clock whose hands a test moves, with timers that go off as ever: for rules
 * about rates on real sockets, however long the sockets take.
 */
export class HandMovedClock implements Clock {
  #elapsedMs = 0

  advance(ms: number): void {
    this.#elapsedMs += ms
  }

  now(): number {
    return this.#elapsedMs
  }

  elapsedMs(): number {
    return this.#elapsedMs
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    return systemClock.after(delayMs, callback)
  }

  soon(callback: () => void): void {
    systemClock.soon(callback)
  }
}
