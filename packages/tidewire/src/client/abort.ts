import { TidewireError } from './tidewire-error.ts'

/**
 * How an application's `AbortSignal` reaches what it is to end.
 */

/**
 * Calls back when the signal aborts; at once when it has already. The answer
 * stops listening, so that a signal which lives long holds nothing of what ended.
 */
export function onAbort(
  signal: AbortSignal | undefined,
  callback: (error: TidewireError) => void,
): () => void {
  const abort = () => callback(aborted(signal))
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  return () => signal?.removeEventListener('abort', abort)
}

/** What a signal has ended; its reason is the cause. */
export function aborted(signal: AbortSignal | undefined): TidewireError {
  return new TidewireError('ABORTED', { cause: signal?.reason })
}
