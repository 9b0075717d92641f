import type { Environment } from './environment.ts'
import { webSocketDial } from './web-socket-dial.ts'

/**
 * The globals of a browser, a worker or any runtime that has them. The only
 * file of the client that touches any; it does so when called, not when loaded.
 */
export function browserEnvironment(): Environment {
  return {
    clock: {
      now: () => Date.now(),
      after(delayMs, callback) {
        // Node would tell the whole process of a time that has gone by.
        const timer = setTimeout(callback, Math.max(0, delayMs))
        return () => clearTimeout(timer)
      },
    },
    dial: webSocketDial((url, protocols) => new WebSocket(url, [...protocols])),
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    origin: globalThis.location?.origin,
    report: (error) => globalThis.reportError?.(error),
  }
}
