import type { Clock } from './ports/clock.ts'

/**
 * An answer of the application's code, or a rejection when it takes too long:
 * what never settles must not keep anybody waiting for ever. What it says later
 * is heard by nobody, a rejection too.
 */
export function inTime<TAnswer>(
  answer: PromiseLike<TAnswer>,
  clock: Clock,
  timeoutMs: number,
): Promise<TAnswer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => {
      reject(new Error(`no answer within ${timeoutMs} ms`))
    })
    Promise.resolve(answer).then(resolve, reject).finally(cancel)
  })
}
