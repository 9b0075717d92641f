import type { Clock } from '../../core/ports/clock.ts'

/** What a promise comes to; rejects when it has not settled after `timeoutMs`. */
export function inTime<T>(promise: Promise<T>, clock: Clock, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(new Error(`no answer in ${timeoutMs} ms`)))
    promise.then(resolve, reject).finally(cancel)
  })
}
