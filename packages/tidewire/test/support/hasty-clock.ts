import type { Clock } from '../../src/client/node.ts'

/** A client's clock on which time runs `factor` times as fast, for pauses that real sockets must see. */
export function hastyClock(factor: number): Clock {
  return {
    now: Date.now,
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs / factor)
      return () => clearTimeout(timer)
    },
  }
}
