/**
 * A promise and the two ends that settle it: what `Promise.withResolvers` is
 * where it exists; Node 20 has none.
 */
export interface Deferred<TValue> {
  readonly promise: Promise<TValue>
  readonly resolve: (value: TValue) => void
  readonly reject: (error: Error) => void
}

/** Makes one. That it rejects goes unnoticed unless somebody looks at the promise. */
export function deferred<TValue>(): Deferred<TValue> {
  let resolve: Deferred<TValue>['resolve'] = () => undefined
  let reject: Deferred<TValue>['reject'] = () => undefined
  const promise = new Promise<TValue>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}
