import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * What this process holds on to, counted after the garbage is gone: so it is a
 * property of what was kept and not of when somebody looked.
 */
export function heldBytes(): number {
  // Twice: what a finalizer lets go of is garbage only afterwards.
  collectGarbage()
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** The most memory this process has ever had; it only grows. */
export function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1_024
}

/** How many timers of the machine are running. */
export function runningTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}

export const mebibyte = 2 ** 20

// Without a flag on the command line, so that a test runs alone as it runs with all others.
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
