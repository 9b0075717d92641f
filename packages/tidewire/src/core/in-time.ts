import type { Clock } from './ports/clock.ts'

/**
 * An answer of the application's code, or a rejection when it takes too long:
 * what never settles must not keep anybody waiting for ever. What it says later
 * is heard by nobody, a rejection too. Too long is `TookTooLong`.
 */
export function inTime<TAnswer>(
  answer: PromiseLike<TAnswer>,
  clock: Clock,
  timeoutMs: number,
): Promise<TAnswer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => {
      reject(new TookTooLong(timeoutMs))
    })
    Promise.resolve(answer).then(resolve, reject).finally(cancel)
  })
}

/** There was no answer in time. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong'

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`)
  }
}
