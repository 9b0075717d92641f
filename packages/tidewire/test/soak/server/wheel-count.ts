import { fromPackage } from './from-package.ts'

/**
 * Counts what waits on timer wheels, from outside: the wheel tells nobody. Begins
 * with wheels that are made after it.
 */
export async function countWheelTimers(): Promise<() => number> {
  const { prototype } = await fromPackage<Wheel>('core/timer-wheel.js', 'TimerWheel')
  const { after } = prototype
  let waiting = 0
  prototype.after = function countedAfter(delayMs, callback) {
    let isOver = false
    const end = () => {
      if (!isOver) waiting -= 1
      isOver = true
    }
    waiting += 1
    const cancel = after.call(this, delayMs, () => {
      end()
      callback()
    })
    return () => {
      end()
      cancel()
    }
  }
  return () => waiting
}

interface Wheel {
  after(delayMs: number, callback: () => void): () => void
}
