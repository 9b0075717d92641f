import { randomFillSync } from 'node:crypto'
import type { Clock } from '../core/ports/clock.ts'
import type { MakeId } from '../core/ports/ids.ts'

/**
 * The machine's time and randomness behind the engine's ports: the one place
 * in the server that asks for either.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, timerMs(delayMs))
    return () => clearTimeout(timer)
  },
  soon(callback) {
    setImmediate(callback)
  },
}

/** The same time, with timers that do not keep a process alive that has nothing else to do. */
export const backgroundClock: Clock = {
  ...systemClock,
  after(delayMs, callback) {
    const timer = setTimeout(callback, timerMs(delayMs)).unref()
    return () => clearTimeout(timer)
  },
}

/** 128 bits that nobody can guess. */
export const randomId: MakeId = () => {
  // Asked for in advance: the system call costs more than the bytes.
  if (usedEntropy === entropy.length) {
    randomFillSync(entropy)
    usedEntropy = 0
  }
  usedEntropy += idBytes
  return entropy.toString('base64url', usedEntropy - idBytes, usedEntropy)
}

const idBytes = 16
const entropy = Buffer.alloc(idBytes * 256)
let usedEntropy = entropy.length

const maxTimerMs = 2 ** 31 - 1

// setTimeout takes a longer delay for none at all, and tells the whole process of a
// time that has gone by.
function timerMs(delayMs: number): number {
  return Math.min(Math.max(0, delayMs), maxTimerMs)
}
